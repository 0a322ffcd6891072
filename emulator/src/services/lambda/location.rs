//! Where the archives of functions and layers can be had: paths of the emulator's own.
//!
//! AWS gives a signed URL of S3 that holds for ten minutes (API reference, FunctionCodeLocation). A folder of the user's
//! machine is given as what it is.

use super::Lambda;
use super::code::Code;
use super::name::Named;
use super::version::Version;
use crate::gateway::Caller;
use bytes::Bytes;

/// What the paths begin with.
const BASE: &str = "/_ruststack/lambda/";

/// Where the code of a version is.
pub(super) fn of_function(caller: &Caller, named: &Named, version: &Version) -> String {
    let Named { account, region, name, .. } = named;
    let text = &version.version;
    place(caller, &version.code, format!("code/{account}/{region}/{name}/{text}"))
}

/// Where a version of a layer is.
pub(super) fn of_layer(
    caller: &Caller,
    (account, region): (&str, &str),
    name: &str,
    number: i64,
    code: &Code,
) -> String {
    place(caller, code, format!("layer/{account}/{region}/{name}/{number}"))
}

fn place(caller: &Caller, code: &Code, path: String) -> String {
    match code.live_folder() {
        Some(folder) => format!("file://{}", folder.display()),
        None => format!("http://{}{BASE}{path}", caller.host()),
    }
}

impl Lambda {
    /// The archive behind one of the paths above; `None` where there is none.
    pub(crate) fn archive(&self, path: &str) -> Option<Bytes> {
        let parts: Vec<&str> = path.strip_prefix(BASE)?.split('/').collect();
        let [kind, account, region, name, version] = parts.as_slice() else { return None };
        let space = self.spaces.get(&format!("{account}/{region}"))?.clone();
        let code = match *kind {
            "code" => space.functions().get(*name)?.version(version)?.code.clone(),
            "layer" => {
                let number: i64 = version.parse().ok()?;
                space.layers().get(*name)?.code(number)?.clone()
            }
            _ => return None,
        };
        code.zip().cloned()
    }
}
