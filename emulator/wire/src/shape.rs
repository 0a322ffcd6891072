//! What a value looks like on the wire: the AWS model's shapes as constants.
//!
//! A [`Shape`] says the kind, the parts and the constraints of a value; a [`Member`] adds what holds in one
//! place only (its wire name, where in the message it stands). Both are plain data, generated from the models
//! and walked by one codec per format. There are many of both, so they are small: what few have stands behind a
//! pointer.

/// A shape of an AWS model.
#[derive(Debug)]
pub struct Shape {
    /// The name in the model, such as `PutObjectRequest`.
    pub name: &'static str,
    /// What kind of value it is, and what it is made of.
    pub kind: Kind,
    /// Bounds and patterns that a valid value keeps.
    pub constraints: &'static Constraints,
    /// Whether the value is a secret: never logged, never recorded, left out of error messages.
    pub sensitive: bool,
    /// The XML name of a structure that stands alone, where it is not the shape's own.
    pub xml_name: Option<&'static str>,
    /// The XML namespace that a structure declares on its element.
    pub xml_namespace: Option<&'static XmlNamespace>,
    /// Set when the shape is an error that operations raise.
    pub error: Option<&'static ErrorTraits>,
}

/// What kind of value a shape describes.
#[derive(Debug)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A binary floating-point number of 32 bits.
    Float,
    /// A binary floating-point number of 64 bits.
    Double,
    /// Text; the slice lists the values of an enum and is empty for free text.
    String(&'static [&'static str]),
    /// Bytes.
    Blob {
        /// Whether the bytes may be too many to hold, and pass as a stream.
        streaming: bool,
    },
    /// A moment, with the format of this shape where it differs from the protocol's.
    Timestamp(Option<TimestampFormat>),
    /// A sequence.
    List {
        /// What each item is.
        member: &'static Member,
        /// Whether the items stand without an element of their own around them.
        flattened: bool,
    },
    /// Values by name.
    Map {
        /// What the names are.
        key: &'static Member,
        /// What the values are.
        value: &'static Member,
        /// Whether the entries stand without an element of their own around them.
        flattened: bool,
    },
    /// Named members.
    Structure {
        /// The members in the model's order.
        members: &'static [Member],
        /// The index of the member that is the whole body of an HTTP message.
        payload: Option<usize>,
        /// Whether exactly one member is present.
        union: bool,
        /// Whether the structure is a stream of events, one member each.
        event_stream: bool,
    },
    /// Any JSON value.
    Document,
}

/// A part of a shape: a structure's member, a list's item, a map's key or value.
#[derive(Debug)]
pub struct Member {
    /// The name in the model; empty for the parts of lists and maps.
    pub name: &'static str,
    /// What the part is.
    pub shape: &'static Shape,
    /// Its name in XML, forms, headers, queries and rest-json, where it is not [`Member::name`].
    pub wire_name: Option<&'static str>,
    /// Where in an HTTP message it stands.
    pub location: Location,
    /// Whether it must be there.
    pub required: bool,
    /// Whether a list or map here stands without an element of its own around it.
    pub flattened: bool,
    /// Whether it is an XML attribute and not an element.
    pub xml_attribute: bool,
    /// The namespace it declares on its element.
    pub xml_namespace: Option<&'static XmlNamespace>,
    /// Whether a client makes up a value when the caller gives none.
    pub idempotency_token: bool,
    /// The format of a timestamp or other value written in this place only.
    pub timestamp_format: Option<TimestampFormat>,
    /// Whether a header carries the value as base64 of JSON (`jsonvalue`).
    pub json_value: bool,
}

/// Where in an HTTP message a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the body, in the protocol's format.
    Body,
    /// In the path, at the template's label of this name.
    Uri,
    /// In the query string.
    Query,
    /// In the header of this name.
    Header,
    /// In all headers that begin so: a map from the rest of the name.
    HeaderPrefix,
    /// The status code itself.
    Status,
}

impl Location {
    /// Whether the member stands in the body, or would if there were nothing better: a response has neither path
    /// nor query, so that what an output binds there is written to its body.
    pub fn is_body(self) -> bool {
        matches!(self, Location::Body | Location::Uri | Location::Query)
    }
}

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2015-08-30T12:36:00Z`, RFC 3339 in UTC.
    Iso8601,
    /// `Sun, 30 Aug 2015 12:36:00 GMT`, RFC 9110's IMF-fixdate.
    HttpDate,
    /// Seconds since 1970, with fractions where there are any.
    UnixSeconds,
}

/// A namespace declared on an XML element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XmlNamespace {
    /// The namespace's URI.
    pub uri: &'static str,
    /// Its prefix, or `None` for the default namespace.
    pub prefix: Option<&'static str>,
}

/// What the model demands of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constraints {
    /// The least length (of text in UTF-16 units, of lists and maps in entries, of blobs in bytes) or number.
    pub min: Option<f64>,
    /// The greatest length or number.
    pub max: Option<f64>,
    /// A regular expression in Java's dialect that text must match as a whole.
    pub pattern: Option<&'static str>,
}

/// How an error is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorTraits {
    /// The code on the wire where it is not the shape's name.
    pub code: Option<&'static str>,
    /// The HTTP status.
    pub status: u16,
    /// Whether the caller is at fault (`Sender`), as the query protocol says.
    pub sender: bool,
}

impl Constraints {
    /// Anything goes.
    pub const NONE: Constraints = Constraints { min: None, max: None, pattern: None };
}

impl Shape {
    /// A shape of free text without any trait: the base that generated constants start from.
    pub const BASE: Shape = Shape {
        name: "",
        kind: Kind::String(&[]),
        constraints: &Constraints::NONE,
        sensitive: false,
        xml_name: None,
        xml_namespace: None,
        error: None,
    };

    /// The members of a structure; empty for any other kind.
    pub fn members(&self) -> &'static [Member] {
        match self.kind {
            Kind::Structure { members, .. } => members,
            _ => &[],
        }
    }

    /// The member that is the whole body of an HTTP message.
    pub fn payload(&self) -> Option<(usize, &'static Member)> {
        match self.kind {
            Kind::Structure { members, payload: Some(index), .. } => Some((index, &members[index])),
            _ => None,
        }
    }

    /// The index of the member with this name in the model.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.members().iter().position(|member| member.name == name)
    }

    /// The code that an error of this shape has on the wire.
    pub fn error_code(&self) -> &'static str {
        self.error.and_then(|error| error.code).unwrap_or(self.name)
    }

    /// Whether the value is a list or a map.
    pub fn is_aggregate(&self) -> bool {
        matches!(self.kind, Kind::List { .. } | Kind::Map { .. })
    }
}

impl Member {
    /// A member of free text in the body: the base that generated constants start from.
    pub const BASE: Member = Member {
        name: "",
        shape: &Shape::BASE,
        wire_name: None,
        location: Location::Body,
        required: false,
        flattened: false,
        xml_attribute: false,
        xml_namespace: None,
        idempotency_token: false,
        timestamp_format: None,
        json_value: false,
    };

    /// The name that stands on the wire.
    pub fn wire_name(&self) -> &'static str {
        self.wire_name.unwrap_or(self.name)
    }

    /// Whether the list or map in this place has no element of its own around it.
    pub fn is_flattened(&self) -> bool {
        self.flattened
            || matches!(
                self.shape.kind,
                Kind::List { flattened: true, .. } | Kind::Map { flattened: true, .. }
            )
    }

    /// The timestamp format of this place, of its shape, or of the protocol, in this order.
    pub fn timestamp_format(&self, of_protocol: TimestampFormat) -> TimestampFormat {
        match self.shape.kind {
            Kind::Timestamp(of_shape) => self.timestamp_format.or(of_shape).unwrap_or(of_protocol),
            _ => of_protocol,
        }
    }
}
