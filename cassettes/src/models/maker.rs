//! What is known of operations that create: what it is called afterwards, which operation deletes it, and how it is known
//! that it was not there before. `makers` has them all.

/// An operation that creates something.
#[derive(Debug)]
pub struct Maker {
    /// The service, by the name the models give it.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The member of its input in which the caller chooses a name that must be free in the whole account.
    pub named: Option<&'static str>,
    /// The operation that deletes it.
    pub deleter: &'static str,
    /// What the deleter has to be told.
    pub told: &'static [(&'static str, Where)],
    /// How it is known that it was not there before.
    pub proof: Proof,
}

/// Operations that create parts of something.
#[derive(Debug)]
pub struct Part {
    /// The service, by the name the models give it.
    pub service: &'static str,
    /// The operation that creates the whole.
    pub whole: &'static str,
    /// The member that names the whole in what the makers take.
    pub named: &'static str,
    /// The operations that create parts.
    pub makers: &'static [&'static str],
}

/// Where a name comes from.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    /// A member of what the maker took, perhaps inside others.
    Input(&'static str),
    /// A member of what it gave.
    Output(&'static str),
    /// A member of what it gave, if it gave one.
    Perhaps(&'static str),
    /// A member of what the maker took, if it took one.
    If(&'static str),
    /// A member of the items of a list that the maker took: each is something of its own, named by a list of one.
    Each(&'static str),
    /// Always this, as JSON.
    Always(&'static str),
}

/// How it is known that it was not there before.
#[derive(Debug, Clone, Copy)]
pub enum Proof {
    /// The operation fails where it was, or makes another one each time.
    New,
    /// The member of the answer is this.
    Says(&'static str, i64),
    /// It is inside of what this recording created with this operation, named by this member of what the maker took.
    Inside(&'static str, &'static str),
    /// It was not listed just before, by this operation at this place of its answer. What the maker took with this member
    /// is on another list; there it is inside of what this recording created with that operation.
    Listed {
        /// The operation that lists.
        by: &'static str,
        /// Where in its answer the names stand.
        at: &'static str,
        /// The member of the input that names what it is inside of, and the operation that creates that.
        unless: Option<(&'static str, &'static str)>,
    },
}

#[cfg(test)]
mod tests {
    use super::super::makers::{LEAVE_NOTHING, MAKERS, PARTS};
    use super::Where::{Always, Each, If, Input, Output, Perhaps};
    use super::*;
    use ruststack_wire::shape::{Kind, Location, Shape};

    fn has(shape: Option<&'static Shape>, path: &str) -> bool {
        let mut shape = shape;
        path.split('.').all(|name| {
            let inside = shape.map(|shape| match &shape.kind {
                Kind::List { member, .. } => member.shape,
                _ => shape,
            });
            let found = inside.and_then(|shape| shape.members().get(shape.index_of(name)?));
            shape = found.map(|member| member.shape);
            found.is_some()
        })
    }

    #[test]
    fn every_operation_and_every_member_is_one_of_the_models() {
        for maker in MAKERS {
            let service = ruststack_models::service(maker.service).unwrap();
            let made = service.operation(maker.operation).expect(maker.operation);
            let deleter = service.operation(maker.deleter).expect(maker.deleter);
            for (name, from) in maker.told {
                let input = deleter.input.expect("it takes something");
                let member = &input.members()[input.index_of(name).expect(name)];
                let rest = deleter.uri != "/";
                assert!(
                    !rest || matches!(member.location, Location::Uri | Location::Query),
                    "{maker:?} {name}"
                );
                match from {
                    Input(path) | If(path) | Each(path) => {
                        assert!(has(made.input, path), "{maker:?} {path}");
                    }
                    Output(path) | Perhaps(path) => assert!(has(made.output, path), "{maker:?} {path}"),
                    Always(json) => drop(serde_json::from_str::<serde_json::Value>(json).unwrap()),
                }
            }
            if let Some(member) = maker.named {
                assert!(has(made.input, member), "{maker:?} {member}");
            }
            match maker.proof {
                Proof::Inside(operation, member) => {
                    assert!(has(made.input, member), "{maker:?}");
                    assert!(MAKERS.iter().any(|other| other.operation == operation), "{maker:?}");
                }
                Proof::Listed { by, at, unless } => {
                    let list = service.operation(by).expect(by);
                    assert!(has(list.output, at) && has(list.output, "NextToken"), "{maker:?}");
                    assert!(unless.is_none_or(|(member, _)| has(made.input, member)), "{maker:?}");
                }
                _ => {}
            }
            // Whatever the deleter requires it is told.
            for member in deleter.input.into_iter().flat_map(Shape::members).filter(|member| member.required)
            {
                assert!(
                    maker.told.iter().any(|(name, _)| *name == member.name),
                    "{maker:?}: {}",
                    member.name
                );
            }
        }
        for Part { service, whole, named, makers } in PARTS {
            assert!(MAKERS.iter().any(|maker| maker.service == *service && maker.operation == *whole));
            for maker in *makers {
                let operation = ruststack_models::service(service).unwrap().operation(maker).expect(maker);
                assert!(has(operation.input, named), "{maker}");
            }
        }
        for (service, operation) in LEAVE_NOTHING {
            assert!(
                ruststack_models::service(service).unwrap().operation(operation).is_some(),
                "{operation}"
            );
        }
    }
}
