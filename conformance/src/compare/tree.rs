//! XML as a tree: what the model calls a list is one, even of a single item; what it does not know goes by its names.

use super::node::Node;
use crate::classify::Subject;
use indexmap::IndexMap;
use ruststack_wire::codec::xml::Element;
use ruststack_wire::shape::{Kind, Location, Member, Shape};

/// A document's root: its members, those of the query protocol's result among them, and its own name and namespace.
pub(super) fn root_of_xml(element: &Element, subject: &Subject, shape: Option<&'static Shape>) -> Node {
    let wrapper = subject.operation.and_then(|operation| operation.result_wrapper);
    let result = wrapper.and_then(|wrapper| element.child(wrapper));
    let mut members = match (shape, result) {
        (Some(shape), None) if matches!(shape.kind, Kind::Structure { .. }) => structure(element, shape),
        (_, None) => generic(element),
        (shape, Some(result)) => {
            let mut members = match shape {
                Some(shape) => structure(result, shape),
                None => generic(result),
            };
            members.insert("@result".to_owned(), Node::Text(result.name.clone()));
            let beside: Vec<Element> =
                element.children.iter().filter(|child| child.name != result.name).cloned().collect();
            let beside =
                Element { children: beside, attributes: element.attributes.clone(), ..Element::default() };
            members.extend(generic(&beside));
            members
        }
    };
    // `GetBucketLocation` and its like answer with a bare text.
    if element.children.is_empty() && !element.text.is_empty() {
        members.insert("#text".to_owned(), Node::Text(element.text.clone()));
    }
    members.insert("@root".to_owned(), Node::Text(element.name.clone()));
    Node::Map(members)
}

fn attributes(element: &Element) -> IndexMap<String, Node> {
    element.attributes.iter().map(|(name, value)| (format!("@{name}"), Node::Text(value.clone()))).collect()
}

/// An element of a structure that the model knows.
fn structure(element: &Element, shape: &'static Shape) -> IndexMap<String, Node> {
    let mut made = attributes(element);
    for child in &element.children {
        let member = body_member(shape, &child.name);
        let is_flattened = member.is_some_and(|member| member.is_flattened() && member.shape.is_aggregate());
        match member {
            Some(member) if is_flattened => flattened(&mut made, child, member),
            Some(member) => add(&mut made, &child.name, of_element(child, Some(member.shape))),
            None => add(&mut made, &child.name, of_element(child, None)),
        }
    }
    made
}

/// The member of a structure that this name on the wire belongs to.
pub(super) fn body_member(shape: &'static Shape, name: &str) -> Option<&'static Member> {
    let is_named = |member: &&Member| match &member.shape.kind {
        Kind::List { member: item, .. } if member.is_flattened() && member.wire_name.is_none() => {
            item.wire_name.unwrap_or(member.name) == name
        }
        _ => member.wire_name() == name || member.name == name,
    };
    shape.members().iter().filter(|member| member.location == Location::Body).find(is_named)
}

/// An item of a list, or an entry of a map, that has no element around it.
fn flattened(made: &mut IndexMap<String, Node>, child: &Element, member: &'static Member) {
    match &member.shape.kind {
        Kind::List { member: item, .. } => {
            let items = made.entry(child.name.clone()).or_insert_with(|| Node::List(Vec::new()));
            if let Node::List(items) = items {
                items.push(of_element(child, Some(item.shape)));
            }
        }
        Kind::Map { key, value, .. } => {
            let entries = made.entry(child.name.clone()).or_insert_with(|| Node::Map(IndexMap::new()));
            if let (Node::Map(entries), Some((name, value))) = (entries, entry(child, key, value)) {
                entries.insert(name, value);
            }
        }
        _ => {}
    }
}

fn entry(element: &Element, key: &'static Member, value: &'static Member) -> Option<(String, Node)> {
    let name = element.child_text(key.wire_name.unwrap_or("key"))?;
    let value_element = element.child(value.wire_name.unwrap_or("value"));
    let value = value_element.map_or(Node::Null, |element| of_element(element, Some(value.shape)));
    Some((name.to_owned(), value))
}

fn of_element(element: &Element, shape: Option<&'static Shape>) -> Node {
    let Some(shape) = shape else {
        let is_leaf = element.children.is_empty() && element.attributes.is_empty();
        return if is_leaf { Node::Text(element.text.clone()) } else { Node::Map(generic(element)) };
    };
    match &shape.kind {
        Kind::Structure { .. } => Node::Map(structure(element, shape)),
        Kind::List { member: item, .. } => {
            let name = item.wire_name.unwrap_or("member");
            match element.children.iter().all(|child| child.name == name) && element.text.is_empty() {
                true => Node::List(
                    element.children.iter().map(|child| of_element(child, Some(item.shape))).collect(),
                ),
                false => Node::Map(generic(element)),
            }
        }
        Kind::Map { key, value, .. } => {
            let entries = element.children.iter().map(|child| entry(child, key, value));
            match entries.collect::<Option<IndexMap<_, _>>>() {
                Some(entries) => Node::Map(entries),
                None => Node::Map(generic(element)),
            }
        }
        _ if element.children.is_empty() => Node::Text(element.text.clone()),
        _ => Node::Map(generic(element)),
    }
}

/// An element that the model does not know: its children by name, those of one name as a list.
fn generic(element: &Element) -> IndexMap<String, Node> {
    let mut made = attributes(element);
    for child in &element.children {
        add(&mut made, &child.name, of_element(child, None));
    }
    if !element.children.is_empty() && !element.text.is_empty() {
        made.insert("#text".to_owned(), Node::Text(element.text.clone()));
    }
    made
}

fn add(made: &mut IndexMap<String, Node>, name: &str, node: Node) {
    match made.get_mut(name) {
        Some(Node::List(items)) => items.push(node),
        Some(first) => {
            let first_node = std::mem::replace(first, Node::Null);
            *first = Node::List(vec![first_node, node]);
        }
        None => {
            made.insert(name.to_owned(), node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::document::{Arrival, Document};
    use bytes::Bytes;

    fn tree(service: &str, operation: &str, status: u16, body: &'static str) -> Node {
        let service = ruststack_models::service(service);
        let operation = service.and_then(|service| service.operation(operation));
        let subject = Subject { service, operation, ..Subject::default() };
        let arrival = Arrival { status, ..Arrival::default() };
        match Document::read(&subject, arrival, &Bytes::from_static(body.as_bytes())) {
            Document::Tree { root, .. } => root,
            other => panic!("{other:?} is structured"),
        }
    }

    #[test]
    fn one_item_is_a_list_where_the_model_has_one() {
        let body = "<ListBucketResult xmlns='x'><Contents><Key>a</Key></Contents></ListBucketResult>";
        let root = tree("s3", "ListObjectsV2", 200, body);
        insta::assert_snapshot!(root.written(), @r#"{"@xmlns":"x","Contents":[{"Key":"a"}],"@root":"ListBucketResult"}"#);
    }

    #[test]
    fn the_result_of_the_query_protocol_is_the_output() {
        let body = "<CreateTopicResponse><CreateTopicResult><TopicArn>t</TopicArn></CreateTopicResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></CreateTopicResponse>";
        let root = tree("sns", "CreateTopic", 200, body);
        insta::assert_snapshot!(root.written(), @r#"{"TopicArn":"t","@result":"CreateTopicResult","ResponseMetadata":{"RequestId":"r"},"@root":"CreateTopicResponse"}"#);
    }

    #[test]
    fn a_map_of_the_query_protocol_goes_by_its_keys() {
        let body = "<R><GetTopicAttributesResult><Attributes><entry><key>Owner</key><value>1</value></entry>\
             </Attributes></GetTopicAttributesResult></R>";
        let root = tree("sns", "GetTopicAttributes", 200, body);
        assert_eq!(root.get("Attributes").and_then(|map| map.text("Owner")), Some("1"));
    }
}
