//! From the tree of a condition to the condition: placeholders become what they stand for, and operands are checked, in
//! the order in which they stand.

use super::super::super::value::Value;
use super::super::function::Function;
use super::super::invalid::Invalid;
use super::super::kind::Kind;
use super::super::path::Path;
use super::super::placeholders::Placeholders;
use super::super::tree;
use super::describe::describe;
use super::{Comparator, Condition, Operand};
use std::cmp::Ordering;

/// How many operands may stand behind `IN`.
const MAX_IN: usize = 100;
/// The names of the types, as DynamoDB lists them.
const TYPES: &str = "B,NULL,SS,BOOL,L,BS,N,NS,S,M";

/// The condition of a tree.
pub(super) fn condition(
    kind: Kind,
    tree: &tree::Condition<'_>,
    placeholders: &mut Placeholders<'_>,
) -> Result<Condition, Invalid> {
    let mut resolver = Resolver { kind, placeholders };
    resolver.condition(tree)
}

struct Resolver<'p, 'a> {
    kind: Kind,
    placeholders: &'p mut Placeholders<'a>,
}

impl Resolver<'_, '_> {
    fn condition(&mut self, tree: &tree::Condition<'_>) -> Result<Condition, Invalid> {
        match tree {
            tree::Condition::Compare(sign, left, right) => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                let comparator = Comparator::of(sign).expect("the lexer knows the same signs");
                if !matches!(comparator, Comparator::Eq | Comparator::Ne) {
                    self.check_ordered(sign, &[&left, &right])?;
                }
                self.check_distinct(sign, &left, &[&right])?;
                Ok(Condition::Compare(comparator, left, right))
            }
            tree::Condition::Between(operand, lower, upper) => {
                let operand = self.operand(operand)?;
                let (lower, upper) = (self.operand(lower)?, self.operand(upper)?);
                self.check_ordered("BETWEEN", &[&operand, &lower, &upper])?;
                self.check_distinct("BETWEEN", &operand, &[&lower, &upper])?;
                self.check_bounds(&lower, &upper)?;
                Ok(Condition::Between(operand, lower, upper))
            }
            tree::Condition::In(operand, among) => {
                let operand = self.operand(operand)?;
                let among = among.iter().map(|each| self.operand(each)).collect::<Result<Vec<_>, _>>()?;
                if among.len() > MAX_IN {
                    let what = "The IN operator is provided with too many operands; number of operands";
                    return Err(self.invalid(format!("{what}: {}", among.len())));
                }
                self.check_distinct("IN", &operand, &among.iter().collect::<Vec<_>>())?;
                Ok(Condition::In(operand, among))
            }
            tree::Condition::Call(name, operands) => self.function(name, operands),
            tree::Condition::And(all) => Ok(Condition::And(self.all(all)?)),
            tree::Condition::Or(all) => Ok(Condition::Or(self.all(all)?)),
            tree::Condition::Not(negated) => Ok(Condition::Not(Box::new(self.condition(negated)?))),
        }
    }

    fn all(&mut self, trees: &[tree::Condition<'_>]) -> Result<Vec<Condition>, Invalid> {
        trees.iter().map(|tree| self.condition(tree)).collect()
    }

    fn operand(&mut self, tree: &tree::Operand<'_>) -> Result<Operand, Invalid> {
        match tree {
            tree::Operand::Path(path) => Ok(Operand::Path(self.placeholders.path(self.kind, path)?)),
            tree::Operand::Value(name) => {
                Ok(Operand::Value(self.placeholders.value(self.kind, name)?.clone()))
            }
            tree::Operand::Call(name, operands) => {
                let operand = self.operands::<1>(name, operands)?.into_iter().next();
                let operand = operand.expect("there is one operand");
                if let Some(found @ ("N" | "BOOL" | "NULL")) = type_of(&operand) {
                    return Err(self.wrong_type(name, found));
                }
                Ok(Operand::Size(Box::new(operand)))
            }
        }
    }

    /// The operands of a function that takes this many.
    fn operands<const COUNT: usize>(
        &mut self,
        name: &str,
        trees: &[tree::Operand<'_>],
    ) -> Result<[Operand; COUNT], Invalid> {
        let operands = trees.iter().map(|tree| self.operand(tree)).collect::<Result<Vec<_>, _>>()?;
        operands.try_into().map_err(|operands: Vec<Operand>| wrong_count(self.kind, name, operands.len()))
    }

    fn function(&mut self, name: &str, trees: &[tree::Operand<'_>]) -> Result<Condition, Invalid> {
        let function = Function::named(name).expect("the functions have been checked");
        match function {
            Function::AttributeExists => Ok(Condition::AttributeExists(self.path_operand(name, trees)?)),
            Function::AttributeNotExists => {
                Ok(Condition::AttributeNotExists(self.path_operand(name, trees)?))
            }
            Function::AttributeType => {
                let [operand, of] = self.operands(name, trees)?;
                self.check_distinct(name, &operand, &[&of])?;
                Ok(Condition::AttributeType(operand, self.type_name(name, of)?))
            }
            Function::BeginsWith => {
                let [operand, prefix] = self.operands(name, trees)?;
                for each in [&operand, &prefix] {
                    self.check_type(name, each, &["S", "B"])?;
                }
                self.check_distinct(name, &operand, &[&prefix])?;
                Ok(Condition::BeginsWith(operand, prefix))
            }
            _ => {
                let [operand, element] = self.operands(name, trees)?;
                self.check_type(name, &operand, &["S", "B", "SS", "NS", "BS", "L"])?;
                self.check_distinct(name, &operand, &[&element])?;
                Ok(Condition::Contains(operand, element))
            }
        }
    }

    fn path_operand(&mut self, name: &str, trees: &[tree::Operand<'_>]) -> Result<Path, Invalid> {
        let [operand] = self.operands(name, trees)?;
        match operand {
            Operand::Path(path) => Ok(path),
            _ => Err(no_path(self.kind, name)),
        }
    }

    /// The name of a type, which has to be given as a value.
    fn type_name(&self, function: &str, operand: Operand) -> Result<String, Invalid> {
        match operand {
            Operand::Value(Value::S(name)) if TYPES.split(',').any(|known| known == name) => Ok(name),
            Operand::Value(Value::S(name)) => {
                let what =
                    format!("Invalid attribute type name found; type: {name}, valid types: {{{TYPES}}}");
                Err(self.invalid(what))
            }
            Operand::Path(_) => Err(self.wrong_type(function, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")),
            other => Err(self.wrong_type(function, type_of(&other).unwrap_or_default())),
        }
    }

    /// Values that are compared with `<` and its kin have an order.
    fn check_ordered(&self, sign: &str, operands: &[&Operand]) -> Result<(), Invalid> {
        operands.iter().try_for_each(|operand| self.check_type(sign, operand, &["S", "N", "B"]))
    }

    fn check_type(&self, function: &str, operand: &Operand, allowed: &[&str]) -> Result<(), Invalid> {
        match type_of(operand) {
            Some(found) if !allowed.contains(&found) => Err(self.wrong_type(function, found)),
            _ => Ok(()),
        }
    }

    fn check_distinct(&self, function: &str, first: &Operand, others: &[&Operand]) -> Result<(), Invalid> {
        let Operand::Path(path) = first else { return Ok(()) };
        if !others.contains(&first) {
            return Ok(());
        }
        Err(self.invalid(format!(
            "The first operand must be distinct from the remaining operands for this operator or function; \
             operator: {function}, first operand: {path}"
        )))
    }

    fn check_bounds(&self, lower: &Operand, upper: &Operand) -> Result<(), Invalid> {
        let (Operand::Value(lower), Operand::Value(upper)) = (lower, upper) else { return Ok(()) };
        let what = match lower.order(upper) {
            None => "same data type for lower and upper bounds",
            Some(Ordering::Greater) => "upper bound to be greater than or equal to lower bound",
            Some(_) => return Ok(()),
        };
        Err(self.invalid(format!(
            "The BETWEEN operator requires {what}; lower bound operand: AttributeValue: {}, \
             upper bound operand: AttributeValue: {}",
            describe(lower),
            describe(upper)
        )))
    }

    fn invalid(&self, what: String) -> Invalid {
        Invalid::of(self.kind, what)
    }

    fn wrong_type(&self, function: &str, found: &str) -> Invalid {
        wrong_type(self.kind, function, found)
    }
}

/// The type of an operand, as far as it is known without an item.
fn type_of(operand: &Operand) -> Option<&'static str> {
    match operand {
        Operand::Path(_) => None,
        Operand::Value(value) => Some(value.type_name()),
        Operand::Size(_) => Some("N"),
    }
}

/// An operand of a type that the function does not take.
pub(in super::super) fn wrong_type(kind: Kind, function: &str, found: &str) -> Invalid {
    let what = "Incorrect operand type for operator or function; operator or function";
    Invalid::of(kind, format!("{what}: {function}, operand type: {found}"))
}

/// More or fewer operands than the function takes.
pub(in super::super) fn wrong_count(kind: Kind, function: &str, count: usize) -> Invalid {
    let what = "Incorrect number of operands for operator or function; operator or function";
    Invalid::of(kind, format!("{what}: {function}, number of operands: {count}"))
}

/// An operand that is no path where the function needs one.
pub(in super::super) fn no_path(kind: Kind, function: &str) -> Invalid {
    let what = "Operator or function requires a document path; operator or function";
    Invalid::of(kind, format!("{what}: {function}"))
}
