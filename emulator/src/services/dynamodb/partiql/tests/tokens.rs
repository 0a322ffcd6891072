//! `NextToken`.

use super::super::token::Start;
use super::sentence;
use crate::services::dynamodb::store::Place;

fn place() -> Place {
    Place { partition: 7, rest: Box::new([1, 2, 3]) }
}

#[test]
fn a_token_leads_back_to_where_it_was_given() {
    for start in
        [Start { range: 0, after: Some(place()) }, Start { range: 10, after: None }, Start::default()]
    {
        assert_eq!(Start::of(&start.token(&[7; 32]), &[7; 32]).expect("a token"), start);
    }
}

#[test]
fn a_token_of_another_statement_is_refused_and_so_is_none() {
    let token = Start { range: 0, after: Some(place()) }.token(&[7; 32]);
    assert_eq!(sentence(Start::of(&token, &[8; 32])), "NextToken does not match request");
    for token in ["", "!", "AAAA"] {
        assert_eq!(sentence(Start::of(token, &[7; 32])), "Invalid NextToken", "{token}");
    }
}
