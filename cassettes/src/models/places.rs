//! Finds the places on the wire of the members that a model marks as sensitive, by walking an operation's shapes.

use crate::{Member as Place, Sensitive};
use ruststack_wire::shape::{Kind, Location, Member, Shape};
use ruststack_wire::{Operation, Protocol};

use super::forgotten;

/// The sensitive places of an operation's request, and of all its responses, errors among them.
pub(super) fn of(operation: &Operation, protocol: Protocol) -> Sensitive {
    let request_root = match protocol {
        Protocol::AwsQuery => Path::Form(String::new()),
        Protocol::RestXml => Path::Xml(String::new()),
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::RestJson => Path::Json(String::new()),
    };
    let response_root = match protocol {
        Protocol::AwsQuery | Protocol::RestXml => Path::Xml(String::new()),
        Protocol::AwsJson10 | Protocol::AwsJson11 | Protocol::RestJson => Path::Json(String::new()),
    };
    let mut request = Walk::default();
    operation.input.into_iter().for_each(|shape| request.message(shape, &request_root));
    let mut response = Walk::default();
    let answers = operation.output.into_iter().chain(operation.errors.iter().copied());
    answers.for_each(|shape| response.message(shape, &response_root));
    Sensitive { request: request.found, response: response.found }
}

/// A place in a body, as far as the walk has come.
#[derive(Clone)]
enum Path {
    /// A JSON pointer.
    Json(String),
    /// The name of the element: XML is searched by it alone.
    Xml(String),
    /// A key.
    Form(String),
}

impl Path {
    fn member(&self, name: &str) -> Path {
        match self {
            Path::Json(path) => Path::Json(format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))),
            Path::Xml(_) => Path::Xml(name.to_owned()),
            Path::Form(path) if path.is_empty() => Path::Form(name.to_owned()),
            Path::Form(path) => Path::Form(format!("{path}.{name}")),
        }
    }

    /// The items of a list here; a flattened one has no element of its own around them.
    fn items(&self, item: &Member, is_flat: bool) -> Path {
        match self {
            Path::Json(path) => Path::Json(format!("{path}/*")),
            Path::Form(path) if is_flat => Path::Form(format!("{path}.*")),
            Path::Form(path) => Path::Form(format!("{path}.{}.*", item.wire_name.unwrap_or("member"))),
            Path::Xml(_) if is_flat => self.clone(),
            Path::Xml(_) => Path::Xml(item.wire_name.unwrap_or("member").to_owned()),
        }
    }

    /// The keys or values of a map here, which have this name where they have one.
    fn entries(&self, name: &str, is_flat: bool) -> Path {
        match self {
            Path::Json(path) => Path::Json(format!("{path}/*")),
            Path::Form(path) if is_flat => Path::Form(format!("{path}.*.{name}")),
            Path::Form(path) => Path::Form(format!("{path}.entry.*.{name}")),
            Path::Xml(_) => Path::Xml(name.to_owned()),
        }
    }

    fn place(&self) -> Place {
        match self.clone() {
            Path::Json(path) => Place::Json(path),
            Path::Xml(name) => Place::Xml(name),
            Path::Form(key) => Place::Form(key),
        }
    }
}

#[derive(Default)]
struct Walk {
    found: Vec<Place>,
    /// The structures around the one we are in: a shape may hold itself.
    around: Vec<*const Shape>,
}

impl Walk {
    fn message(&mut self, shape: &'static Shape, root: &Path) {
        for member in shape.members().iter().filter(|member| member.location == Location::Header) {
            if secrecy(member) != Secrecy::None {
                self.push(Place::Header(member.wire_name().to_owned()));
            }
        }
        match shape.payload() {
            Some((_, payload)) if payload.shape.members().is_empty() => {
                self.leaf(Place::Body, secrecy(payload))
            }
            Some((_, payload)) if is_event_stream(payload.shape) => {
                // Events are framed in binary: whatever is secret in one makes all of it so.
                let mut events = Walk::default();
                events.members(payload.shape, root, Secrecy::None);
                let is_content = |place: &Place| matches!(place, Place::Content(_));
                match (events.found.is_empty(), events.found.iter().all(is_content)) {
                    (true, _) => {}
                    (false, true) => self.leaf(Place::Body, Secrecy::Content),
                    (false, false) => self.leaf(Place::Body, Secrecy::Secret),
                }
            }
            Some((_, payload)) => self.members(payload.shape, root, secrecy(payload)),
            None => self.members(shape, root, Secrecy::None),
        }
    }

    fn members(&mut self, shape: &'static Shape, path: &Path, around: Secrecy) {
        if self.around.contains(&std::ptr::from_ref(shape)) {
            return;
        }
        self.around.push(shape);
        for member in shape.members().iter().filter(|member| member.location.is_body()) {
            self.visit(member, path.member(member.wire_name()), around);
        }
        self.around.pop();
    }

    fn visit(&mut self, member: &'static Member, path: Path, around: Secrecy) {
        let own = around.max(secrecy(member));
        if own != Secrecy::None && matches!(path, Path::Json(_)) {
            // A pointer at an aggregate means all of it.
            return self.leaf(path.place(), own);
        }
        let is_flat = member.is_flattened();
        match &member.shape.kind {
            Kind::Structure { .. } => self.members(member.shape, &path, own),
            Kind::List { member: item, .. } => self.visit(item, path.items(item, is_flat), own),
            Kind::Map { key, value, .. } => {
                let key_name = key.wire_name.unwrap_or("key");
                if !matches!(path, Path::Json(_)) {
                    self.visit(key, path.entries(key_name, is_flat), own);
                }
                self.visit(value, path.entries(value.wire_name.unwrap_or("value"), is_flat), own);
            }
            _ => self.leaf(path.place(), own),
        }
    }

    fn leaf(&mut self, place: Place, secrecy: Secrecy) {
        match secrecy {
            Secrecy::None => {}
            Secrecy::Content => self.push(Place::Content(Box::new(place))),
            Secrecy::Secret => self.push(place),
        }
    }

    fn push(&mut self, place: Place) {
        if !self.found.contains(&place) {
            self.found.push(place);
        }
    }
}

/// What a member is to somebody who should not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Secrecy {
    /// Anybody's.
    None,
    /// The caller's own content.
    Content,
    /// A secret.
    Secret,
}

fn secrecy(member: &Member) -> Secrecy {
    match member.shape.sensitive && !forgotten::is_name(member.shape.name) && !forgotten::is_code(member) {
        false => Secrecy::None,
        true if forgotten::is_content(member) => Secrecy::Content,
        true => Secrecy::Secret,
    }
}

#[cfg(test)]
fn is_secret(shape: &Shape) -> bool {
    shape.sensitive && !forgotten::is_name(shape.name)
}

fn is_event_stream(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Structure { event_stream: true, .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_the_models_stands_where_no_place_can_be_named() {
        for service in ruststack_models::SERVICES {
            for operation in service.operations {
                let shapes = operation.input.into_iter().chain(operation.output);
                for member in shapes.flat_map(|shape| shape.members()) {
                    let is_nowhere = matches!(member.location, Location::Uri | Location::Query)
                        || member.location == Location::HeaderPrefix;
                    let (service, operation) = (service.name, operation.name);
                    assert!(!is_nowhere || !is_secret(member.shape), "{service} {operation} {}", member.name);
                }
            }
        }
    }

    #[test]
    fn a_shape_that_holds_itself_holds_no_secret() {
        /// Whether anything below a shape is secret, down to a depth no model reaches without going round.
        fn holds_secret(shape: &'static Shape, depth: usize) -> bool {
            let parts: Vec<&'static Member> = match &shape.kind {
                Kind::Structure { members, .. } => members.iter().collect(),
                Kind::List { member, .. } => vec![member],
                Kind::Map { value, .. } => vec![value],
                _ => Vec::new(),
            };
            is_secret(shape) || depth > 0 && parts.iter().any(|part| holds_secret(part.shape, depth - 1))
        }
        fn check(shape: &'static Shape, around: &mut Vec<*const Shape>) {
            let itself = std::ptr::from_ref(shape);
            if around.contains(&itself) {
                assert!(!holds_secret(shape, 6), "{} holds itself and a secret", shape.name);
                return;
            }
            around.push(itself);
            match &shape.kind {
                Kind::Structure { members, .. } => members.iter().for_each(|part| check(part.shape, around)),
                Kind::List { member, .. } => check(member.shape, around),
                Kind::Map { value, .. } => check(value.shape, around),
                _ => {}
            }
            around.pop();
        }
        for service in ruststack_models::SERVICES {
            for operation in service.operations {
                operation
                    .input
                    .into_iter()
                    .chain(operation.output)
                    .for_each(|root| check(root, &mut Vec::new()));
            }
        }
    }
}
