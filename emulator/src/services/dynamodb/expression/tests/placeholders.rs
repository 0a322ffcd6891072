//! Placeholders. The cases are those of github.com/architect/dynalite, test/updateItem.js and test/scan.js.

use super::super::{
    Condition, Invalid, Kind, Placeholders, Update, check_names, check_value_names, not_both,
    only_with_expressions,
};
use super::{n, told};

#[test]
fn keys_are_checked() {
    let names = |keys: &[&str]| told(check_names(keys.iter().copied()));
    assert_eq!(names(&[]), "ExpressionAttributeNames must not be empty");
    for key in ["a", "#", "#a-b", ":a", "", "##a"] {
        let expected = format!("ExpressionAttributeNames contains invalid key: Syntax error; key: \"{key}\"");
        assert_eq!(names(&["#ok", key]), expected);
    }
    assert_eq!(names(&["#a", "#1_b"]), "");
    let values = |keys: &[&str]| told(check_value_names(keys.iter().copied()));
    assert_eq!(values(&[]), "ExpressionAttributeValues must not be empty");
    assert_eq!(values(&["b"]), "ExpressionAttributeValues contains invalid key: Syntax error; key: \"b\"");
    assert_eq!(values(&[":b"]), "");
}

#[test]
fn what_no_expression_uses_is_told() {
    let names = [("#a", "a"), ("#b", "b")];
    let mut placeholders = Placeholders::new(names, [(":a", n("1")), (":b", n("1"))]);
    Update::parse("set c = :a, #b = :a", &mut placeholders).expect("an update");
    let unused = "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}";
    assert_eq!(told(placeholders.finish()), unused);
    Condition::parse(Kind::Condition, "#a = #b", &mut placeholders).expect("a condition");
    let unused = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}";
    assert_eq!(told(placeholders.finish()), unused);
    Condition::parse(Kind::Condition, "a = :b", &mut placeholders).expect("a condition");
    assert_eq!(told(placeholders.finish()), "");
}

#[test]
fn placeholders_need_expressions() {
    let missing = [Kind::Update, Kind::Condition];
    assert_eq!(
        told(only_with_expressions(true, true, &missing)),
        "ExpressionAttributeNames can only be specified when using expressions"
    );
    assert_eq!(
        told(only_with_expressions(false, true, &missing)),
        "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and \
         ConditionExpression are null"
    );
    assert_eq!(
        told(only_with_expressions(false, true, &[Kind::Filter])),
        "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"
    );
    // github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/putItem.test.ts.
    assert_eq!(
        told(only_with_expressions(false, true, &[]).map_err(Invalid::enveloped)),
        "1 validation error detected: ExpressionAttributeValues can only be specified when using expressions"
    );
    assert_eq!(
        told(not_both(&["AttributeUpdates", "Expected"], &missing)),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {AttributeUpdates, Expected} Expression parameters: {UpdateExpression, ConditionExpression}"
    );
    assert_eq!(told(not_both(&["Expected"], &[])), "");
}
