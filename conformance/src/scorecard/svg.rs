//! The scorecard as a picture: three bars for each endpoint, by service.

use super::{LAYERS, Scorecard, share};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// The width of the picture, of its names and of a whole bar, in pixels.
const WIDTH: u32 = 860;
const NAMES: u32 = 250;
const BAR: u32 = 500;
/// The height of a bar, and of what is around an endpoint and a service.
const HIGH: u32 = 9;
const BETWEEN: u32 = 10;
const HEAD: u32 = 34;
/// The colours of the layers, from the first to the last: each reads on light and on dark.
const COLOURS: [&str; 3] = ["#8fb8de", "#4c86c6", "#1f9d6b"];

impl Scorecard {
    /// The picture.
    pub fn to_svg(&self) -> String {
        let mut body = String::new();
        let mut y = 30;
        for (x, (name, _)) in LAYERS.iter().enumerate() {
            let at = NAMES + x as u32 * 130;
            let _ = write!(
                body,
                r#"<rect x="{at}" y="8" width="12" height="12" fill="{}"/><text x="{}" y="18">{name}</text>"#,
                COLOURS[x],
                at + 18
            );
        }
        for (service, fidelities) in self.rows() {
            y += HEAD;
            let _ = write!(body, r#"<text class="service" x="8" y="{}">{}</text>"#, y - 10, escape(service));
            for (endpoint, fidelity) in self.endpoints.iter().zip(fidelities) {
                let _ = write!(
                    body,
                    r#"<text class="name" x="{}" y="{}">{}</text>"#,
                    NAMES - 12,
                    y + 2 * HIGH,
                    escape(endpoint.name.as_str())
                );
                for (layer, (_, of)) in LAYERS.iter().enumerate() {
                    let top = y + layer as u32 * HIGH;
                    let share = fidelity.and_then(|fidelity| share(fidelity, of(fidelity)));
                    let long = share.unwrap_or_default() * f64::from(BAR) / 100.0;
                    let told = fidelity.map_or("-".to_owned(), |fidelity| fidelity.percent(of(fidelity)));
                    let _ = write!(
                        body,
                        r##"<rect class="track" x="{NAMES}" y="{top}" width="{BAR}" height="{}"/><rect x="{NAMES}" y="{top}" width="{long:.1}" height="{}" fill="{}"/><text class="share" x="{}" y="{}">{told}</text>"##,
                        HIGH - 1,
                        HIGH - 1,
                        COLOURS[layer],
                        NAMES + BAR + 8,
                        top + HIGH - 1
                    );
                }
                y += 3 * HIGH + BETWEEN;
            }
        }
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {}" width="{WIDTH}" role="img" aria-label="How much of what AWS answered each endpoint gives again, in percent">
<style>
text {{ font: 12px system-ui, sans-serif; fill: #24292f }}
.service {{ font-weight: 600; font-size: 14px }}
.name {{ text-anchor: end }}
.share {{ font-size: 9px }}
.track {{ fill: #8884; }}
@media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} }}
</style>
{body}
</svg>
"##,
            y + 10
        )
    }
}
