//! The path templates of a service, taken apart once, the most specific first, so that a request is held against few.

use crate::exceptions;
use crate::operation::{Operation, Service};
use crate::shape::{Location, Shape};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

/// The templates of one service.
pub(super) struct Index {
    /// By method, the most specific first.
    by_method: HashMap<&'static str, Vec<Template>>,
    /// The literal parameters of any operation: what S3 calls subresources.
    pub(super) subresources: HashSet<&'static str>,
    /// The first segments that are literal.
    first_segments: HashSet<&'static str>,
}

/// One template.
pub(super) struct Template {
    pub(super) operation: &'static Operation,
    segments: Vec<Segment>,
    /// Those of a method whose literal parts are the same have the same number.
    group: usize,
    /// The literal parameters, with the value where the template names one.
    pub(super) literals: Vec<(&'static str, Option<&'static str>)>,
    /// The members in the query and in headers that must be there.
    pub(super) required: Vec<(Location, &'static str)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    Label,
    /// The rest of the path, up to this end of it.
    Greedy(String),
}

impl Index {
    /// The index of a service, made when it is first asked for.
    pub(super) fn of(service: &'static Service) -> &'static Index {
        static INDEXES: RwLock<Option<HashMap<usize, &'static Index>>> = RwLock::new(None);
        let key = std::ptr::from_ref(service).addr();
        let found = INDEXES
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|all| all.get(&key).copied());
        found.unwrap_or_else(|| {
            let mut all = INDEXES.write().unwrap_or_else(PoisonError::into_inner);
            // One of each service for the life of the program.
            all.get_or_insert_default().entry(key).or_insert_with(|| Box::leak(Box::new(Index::new(service))))
        })
    }

    fn new(service: &'static Service) -> Index {
        let mut by_method: HashMap<&'static str, Vec<Template>> = HashMap::new();
        let mut subresources = HashSet::new();
        let mut first_segments = HashSet::new();
        for operation in service.operations {
            let template = Template::new(operation);
            subresources.extend(template.literals.iter().map(|(name, _)| *name));
            if let Some(Segment::Literal(segment)) = template.segments.first() {
                first_segments.insert(*segment);
            }
            if !exceptions::has_host_of_its_own(service, operation)
                && !exceptions::is_superseded(service, operation)
            {
                by_method.entry(operation.method).or_default().push(template);
            }
        }
        // A stable sort: of two that are as specific, the first by name stays first.
        for templates in by_method.values_mut() {
            templates.sort_by_key(Template::rank);
            for at in 0..templates.len() {
                let first = templates[..at].iter().position(|other| other.says(&templates[at]));
                templates[at].group = first.unwrap_or(at);
            }
        }
        Index { by_method, subresources, first_segments }
    }

    /// The templates of a method, the most specific first.
    pub(super) fn templates(&self, method: &str) -> &[Template] {
        self.by_method.get(method).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether any template begins with this path's first segment, literally.
    pub(super) fn knows_first_segment(&self, path: &str) -> bool {
        let path = path.strip_prefix('/').unwrap_or(path);
        self.first_segments.contains(path.split('/').next().unwrap_or_default())
    }
}

impl Template {
    fn new(operation: &'static Operation) -> Template {
        let (path, query) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
        let literals =
            query.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (pair, None),
            });
        let members = operation.input.map(Shape::members).unwrap_or_default();
        let required = members
            .iter()
            .filter(|member| member.required && matches!(member.location, Location::Header | Location::Query))
            .map(|member| (member.location, member.wire_name()));
        Template {
            operation,
            segments: segments(path),
            group: 0,
            literals: literals.collect(),
            required: required.collect(),
        }
    }

    /// The most literal parts, then the most segments that are fixed, then the most members that must be there.
    fn rank(&self) -> impl Ord + use<> {
        let fixed = self.segments.iter().filter(|segment| matches!(segment, Segment::Literal(_))).count();
        let is_greedy = self.segments.iter().any(|segment| matches!(segment, Segment::Greedy(_)));
        (Reverse(self.literals.len()), is_greedy, Reverse(fixed), Reverse(self.required.len()))
    }

    /// Whether this one's literal parts are those of another.
    fn says(&self, other: &Template) -> bool {
        self.segments == other.segments && self.literals == other.literals
    }

    /// The same of two of one method, where it is known.
    pub(super) fn is_like(&self, other: &Template) -> bool {
        self.group == other.group
    }

    /// Whether a path fits, whatever its labels say.
    pub(super) fn fits_path(&self, path: &str) -> bool {
        let mut rest = Some(path.strip_prefix('/').unwrap_or(path));
        for segment in &self.segments {
            let Some(open) = rest else { return false };
            let (piece, remainder) = match open.split_once('/') {
                Some((piece, remainder)) => (piece, Some(remainder)),
                None => (open, None),
            };
            let fits = match segment {
                Segment::Literal(literal) => piece == *literal,
                Segment::Label => !piece.is_empty(),
                Segment::Greedy(end) => {
                    return open.strip_suffix(end.as_str()).is_some_and(|value| !value.is_empty());
                }
            };
            if !fits {
                return false;
            }
            rest = remainder;
        }
        // A slash at the end does not change which resource is meant.
        matches!(rest, None | Some(""))
    }
}

fn segments(path: &'static str) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
    while let Some(part) = parts.next() {
        if part.ends_with("+}") {
            found.push(Segment::Greedy(parts.map(|part| format!("/{part}")).collect()));
            break;
        }
        found.push(if part.starts_with('{') { Segment::Label } else { Segment::Literal(part) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::labels;

    #[test]
    fn a_path_fits_where_it_has_labels() {
        let templates = ["/", "/{A}", "/{A}/{B+}", "/a/{B}/c", "/a/{B+}/c", "/{A}/b"];
        let paths =
            ["", "/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a//c", "//c", "/a/b/x/c", "/x/y", "/a/c"];
        for uri in templates {
            let operation = Box::leak(Box::new(Operation { uri, ..Operation::BASE }));
            let template = Template::new(operation);
            for path in paths {
                assert_eq!(template.fits_path(path), labels(uri, path).is_some(), "{uri} {path}");
            }
        }
    }
}
