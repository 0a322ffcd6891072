//! Random requests of DynamoDB: most are right, many are wrong in one place.

use fastrand::Rng;
use serde_json::{Map, Value as Json, json};

/// A request: the action and its body.
pub(super) type Call = (&'static str, Json);

/// The tables that requests are about.
pub(super) fn tables() -> Vec<Json> {
    let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    let definition = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let throughput = json!({"ReadCapacityUnits": 5, "WriteCapacityUnits": 5});
    vec![
        json!({
            "TableName": "items", "KeySchema": key("pk", "sk"), "ProvisionedThroughput": throughput,
            "AttributeDefinitions": [
                definition("pk", "S"), definition("sk", "N"), definition("n", "N"), definition("g", "S")
            ],
            "LocalSecondaryIndexes": [{
                "IndexName": "by-n", "KeySchema": key("pk", "n"), "Projection": {"ProjectionType": "ALL"}
            }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-g", "KeySchema": key("g", "n"), "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": throughput,
            }],
        }),
        json!({
            "TableName": "simple", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "ProvisionedThroughput": throughput, "AttributeDefinitions": [definition("id", "S")],
        }),
    ]
}

/// What makes requests.
pub(super) struct Generator(pub(super) Rng);

impl Generator {
    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.0.usize(..of.len())]
    }

    fn rarely(&mut self) -> bool {
        self.0.u8(..) < 10
    }

    fn often(&mut self) -> bool {
        self.0.bool()
    }

    /// The next request.
    pub(super) fn call(&mut self) -> Call {
        match self.0.usize(..16) {
            0..4 => self.put(),
            4..6 => self.get(),
            6..9 => self.update(),
            9 => self.delete(),
            10..13 => self.query(),
            13 => self.scan(),
            14 => self.batch_write(),
            _ => self.batch_get(),
        }
    }

    fn table(&mut self) -> &'static str {
        if self.rarely() {
            self.one(&["absent", "ab", "bad name"])
        } else {
            self.one(&["items", "items", "simple"])
        }
    }

    fn key(&mut self, table: &str) -> Map<String, Json> {
        let mut key = Map::new();
        if table == "simple" {
            key.insert("id".into(), json!({"S": self.one(&["a", "b", "c", "ä"])}));
        } else {
            key.insert("pk".into(), json!({"S": self.one(&["a", "b", "c"])}));
            key.insert("sk".into(), json!({"N": self.one(&["0", "1", "-1", "2.5", "1e2"])}));
        }
        if self.rarely() {
            match self.0.usize(..5) {
                0 => drop(key.remove("sk")),
                1 => drop(key.insert("extra".into(), json!({"S": "x"}))),
                2 => drop(key.insert("pk".into(), json!({"N": "1"}))),
                3 => drop(key.insert("pk".into(), json!({"S": ""}))),
                _ => drop(key.insert("sk".into(), self.wrong_value())),
            }
        }
        key
    }

    fn value(&mut self, depth: usize) -> Json {
        match self.0.usize(..if depth == 0 { 8 } else { 10 }) {
            0 | 1 => json!({"S": self.one(&["", "a", "b", "abc", "ä", "\u{1f980}"])}),
            2 | 3 => {
                json!({"N": self.one(&["0", "1", "2", "-1.50", "1E+3", "0.001", "12345678901234567890123456789012345678"])})
            }
            4 => json!({"B": self.one(&["", "AQ==", "AQI="])}),
            5 => json!({"BOOL": self.often()}),
            6 => json!({"NULL": true}),
            7 => self
                .one(&[
                    &json!({"SS": ["a", "b"]}),
                    &json!({"NS": ["1", "2", "3"]}),
                    &json!({"BS": ["AQ==", "Ag=="]}),
                    &json!({"SS": ["c"]}),
                ])
                .clone(),
            8 => json!({"L": [self.value(depth - 1), self.value(depth - 1)]}),
            _ => json!({"M": {"x": self.value(depth - 1), "y": self.value(depth - 1)}}),
        }
    }

    fn wrong_value(&mut self) -> Json {
        self.one(&[
            &json!({}),
            &json!({"S": "a", "N": "1"}),
            &json!({"N": "x"}),
            &json!({"N": ""}),
            &json!({"N": "1e200"}),
            &json!({"N": "1e-200"}),
            &json!({"N": "1.23456789012345678901234567890123456789"}),
            &json!({"SS": []}),
            &json!({"SS": ["a", "a"]}),
            &json!({"NS": ["1", "1.0"]}),
            &json!({"NS": []}),
            &json!({"BS": []}),
            &json!({"NULL": false}),
            &json!({"S": 1}),
            &json!({"BOOL": "true"}),
            &json!({"L": {}}),
        ])
        .clone()
    }

    fn item(&mut self, table: &str) -> Json {
        let mut item = self.key(table);
        for name in ["n", "g", "a", "b", "l", "m"] {
            if self.often() {
                let value = match name {
                    "n" if !self.rarely() => json!({"N": self.0.u32(..100_000).to_string()}),
                    "g" if !self.rarely() => json!({"S": self.one(&["x", "y"])}),
                    "l" => json!({"L": [self.value(1), self.value(1)]}),
                    "m" => json!({"M": {"x": self.value(1), "y": self.value(1)}}),
                    _ => self.value(2),
                };
                item.insert(name.into(), value);
            }
        }
        if self.rarely() {
            let wrong = self.wrong_value();
            item.insert("w".into(), wrong);
        }
        item.into()
    }

    fn put(&mut self) -> Call {
        let table = self.table();
        let mut body = json!({"TableName": table, "Item": self.item(table)});
        self.condition(&mut body);
        if self.often() {
            body["ReturnValues"] = self.one(&["NONE", "ALL_OLD", "ALL_OLD", "ALL_NEW"]).into();
        }
        self.told(&mut body);
        ("PutItem", body)
    }

    fn get(&mut self) -> Call {
        let table = self.table();
        let mut body = json!({"TableName": table, "Key": self.key(table)});
        if self.often() {
            body["ProjectionExpression"] = self.projection().into();
            self.placeholders(&mut body);
        } else if self.rarely() {
            body["AttributesToGet"] = json!(["a", "n", "a"]);
        }
        if self.often() {
            body["ConsistentRead"] = self.often().into();
        }
        self.told(&mut body);
        ("GetItem", body)
    }

    fn delete(&mut self) -> Call {
        let table = self.table();
        let mut body = json!({"TableName": table, "Key": self.key(table)});
        self.condition(&mut body);
        body["ReturnValues"] = self.one(&["NONE", "ALL_OLD"]).into();
        self.told(&mut body);
        ("DeleteItem", body)
    }

    fn update(&mut self) -> Call {
        let table = self.table();
        let mut body = json!({"TableName": table, "Key": self.key(table)});
        if !self.rarely() {
            body["UpdateExpression"] = self.update_expression().into();
        }
        if self.often() {
            body["ConditionExpression"] = self.boolean(2).into();
        }
        self.placeholders(&mut body);
        body["ReturnValues"] = self.one(&["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]).into();
        self.told(&mut body);
        ("UpdateItem", body)
    }

    fn query(&mut self) -> Call {
        let mut body = json!({"TableName": "items"});
        let index = self.one(&["", "", "by-n", "by-g"]);
        let (hash, value, range) = match index {
            "by-g" => ("g", json!({"S": self.one(&["x", "y"])}), "n"),
            "by-n" => ("pk", json!({"S": self.one(&["a", "b"])}), "n"),
            _ => ("pk", json!({"S": self.one(&["a", "b"])}), "sk"),
        };
        if !index.is_empty() {
            body["IndexName"] = index.into();
        }
        let mut condition = format!("{hash} = :h");
        let mut values = json!({":h": value});
        if self.often() {
            let part = self.one(&["= :r", "< :r", ">= :r", "<= :r", "> :r", "BETWEEN :r AND :t", "<> :r"]);
            condition = format!("{condition} AND {range} {part}");
            values[":r"] = json!({"N": self.one(&["0", "1", "40000"])});
            if part.contains(":t") {
                values[":t"] = json!({"N": self.one(&["0", "2", "80000"])});
            }
        }
        if self.rarely() {
            condition = self
                .one(&[
                    "pk = :h OR sk = :h",
                    "sk = :h",
                    "pk > :h",
                    "NOT pk = :h",
                    "pk = :h AND a = :h",
                    "size(pk) = :h",
                    "pk.a = :h",
                    ":h = :h",
                ])
                .into();
        }
        body["KeyConditionExpression"] = condition.into();
        body["ExpressionAttributeValues"] = values;
        if self.often() {
            body["FilterExpression"] = self.boolean(1).into();
            self.placeholders(&mut body);
        }
        if self.often() {
            body["ScanIndexForward"] = self.often().into();
        }
        if self.often() {
            body["Limit"] = self.0.i32(0..4).into();
        }
        if self.rarely() {
            body["ConsistentRead"] = true.into();
        }
        if self.rarely() {
            body["Select"] = self
                .one(&["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES"])
                .into();
        }
        self.told(&mut body);
        ("Query", body)
    }

    fn scan(&mut self) -> Call {
        let mut body = json!({"TableName": self.table()});
        if self.often() {
            body["FilterExpression"] = self.boolean(2).into();
            self.placeholders(&mut body);
        }
        if self.often() {
            body["Limit"] = self.0.i32(0..6).into();
        }
        if self.rarely() {
            body["Segment"] = self.0.i32(0..3).into();
            body["TotalSegments"] = self.0.i32(1..4).into();
        }
        if self.rarely() {
            body["Select"] = self.one(&["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]).into();
        }
        self.told(&mut body);
        ("Scan", body)
    }

    fn batch_write(&mut self) -> Call {
        let table = self.table();
        let writes = (0..self.0.usize(1..4)).map(|_| match self.0.usize(..3) {
            0 => json!({"DeleteRequest": {"Key": self.key(table)}}),
            _ => json!({"PutRequest": {"Item": self.item(table)}}),
        });
        let writes: Vec<Json> = writes.collect();
        let mut body = json!({"RequestItems": {table: writes}});
        self.told(&mut body);
        ("BatchWriteItem", body)
    }

    fn batch_get(&mut self) -> Call {
        let table = self.table();
        let keys: Vec<Json> = (0..self.0.usize(1..4)).map(|_| self.key(table).into()).collect();
        let mut wanted = json!({"Keys": keys});
        if self.often() {
            wanted["ProjectionExpression"] = self.projection().into();
            self.placeholders(&mut wanted);
        }
        let mut body = json!({"RequestItems": {table: wanted}});
        self.told(&mut body);
        ("BatchGetItem", body)
    }

    /// A condition, half of the time.
    fn condition(&mut self, body: &mut Json) {
        if self.often() {
            body["ConditionExpression"] = self.boolean(2).into();
        }
        self.placeholders(body);
    }

    fn told(&mut self, body: &mut Json) {
        if self.often() {
            body["ReturnConsumedCapacity"] = self.one(&["TOTAL", "INDEXES", "NONE"]).into();
        }
    }

    fn path(&mut self) -> &'static str {
        if self.rarely() {
            return self.one(&["pk", "size", "name", "a..b", "l[", "#undefined", "l[99999999999]", "a.b.c"]);
        }
        self.one(&["a", "b", "n", "l", "m", "l[0]", "l[1]", "l[5]", "m.x", "m.#y", "#a", "#n", "absent"])
    }

    fn operand(&mut self) -> String {
        match self.0.usize(..8) {
            0..3 => self.path().into(),
            3..7 => self.one(&[":s", ":n", ":m", ":b", ":ss", ":l"]).into(),
            _ => format!("size({})", self.path()),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        if self.rarely() {
            return self
                .one(&[
                    "",
                    "a",
                    "a =",
                    "((a = :s))",
                    "a = :s AND",
                    "foo(a)",
                    "a IN ()",
                    "a BETWEEN :s",
                    "size(a)",
                    "a = :s b = :s",
                    "attribute_exists(:s)",
                    "begins_with(a, a)",
                    "a = a",
                ])
                .into();
        }
        match self.0.usize(..if depth == 0 { 6 } else { 10 }) {
            0 | 1 => format!(
                "{} {} {}",
                self.operand(),
                self.one(&["=", "<>", "<", "<=", ">", ">="]),
                self.operand()
            ),
            2 => format!("{}({})", self.one(&["attribute_exists", "attribute_not_exists"]), self.path()),
            3 => format!(
                "{}({}, {})",
                self.one(&["begins_with", "contains", "attribute_type"]),
                self.path(),
                self.one(&[":s", ":n", ":ss"])
            ),
            4 => format!(
                "{} BETWEEN {} AND {}",
                self.path(),
                self.one(&[":n", ":s", ":m"]),
                self.one(&[":n", ":s", ":b"])
            ),
            5 => format!("{} IN ({}, {})", self.path(), self.operand(), self.operand()),
            6 | 7 => format!(
                "{} {} {}",
                self.boolean(depth - 1),
                self.one(&["AND", "OR", "and"]),
                self.boolean(depth - 1)
            ),
            8 => format!("NOT {}", self.boolean(depth - 1)),
            _ => format!("({})", self.boolean(depth - 1)),
        }
    }

    fn update_expression(&mut self) -> String {
        if self.rarely() {
            return self
                .one(&[
                    "",
                    "SET",
                    "SET a = :n SET b = :n",
                    "SET a",
                    "ADD a.b",
                    "REMOVE",
                    "SET a = :n, a = :s",
                    "SET m = :n, m.x = :n",
                    "SET pk = :s",
                    "SET a = b + c + d",
                    "SET a = if_not_exists(:n, :n)",
                    "FOO a",
                ])
                .into();
        }
        let mut sections = Vec::new();
        if self.often() {
            let right = match self.0.usize(..5) {
                0 => format!("{} {} {}", self.path(), self.one(&["+", "-"]), self.one(&[":n", "n", ":s"])),
                1 => format!("if_not_exists({}, {})", self.path(), self.one(&[":n", ":s"])),
                2 => {
                    format!("list_append({}, {})", self.one(&["l", ":l", "a"]), self.one(&[":l", "l", ":n"]))
                }
                _ => self.one(&[":s", ":n", ":m", ":ss", ":l", "a", "b", "absent"]).to_owned(),
            };
            sections.push(format!("SET {} = {right}", self.path()));
        }
        if self.often() {
            sections.push(format!("REMOVE {}", self.path()));
        }
        if self.rarely() || sections.is_empty() {
            sections.push(format!("ADD {} {}", self.path(), self.one(&[":n", ":ss", ":s"])));
        }
        if self.rarely() {
            sections.push(format!("DELETE {} {}", self.path(), self.one(&[":ss", ":n"])));
        }
        sections.join(" ")
    }

    fn projection(&mut self) -> String {
        let count = self.0.usize(1..4);
        (0..count).map(|_| self.path()).collect::<Vec<_>>().join(", ")
    }

    /// The names and values that the expressions use; rarely one more or one less.
    fn placeholders(&mut self, body: &mut Json) {
        const EXPRESSIONS: [&str; 5] = [
            "ConditionExpression",
            "UpdateExpression",
            "FilterExpression",
            "KeyConditionExpression",
            "ProjectionExpression",
        ];
        let text: String =
            EXPRESSIONS.iter().filter_map(|name| Some(format!("{} ", body[*name].as_str()?))).collect();
        let uses = |token: &str| {
            text.match_indices(token).any(|(at, _)| {
                !text[at + token.len()..]
                    .starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_')
            })
        };
        let known = [("#a", "a"), ("#n", "n"), ("#y", "y")];
        let mut names: Map<String, Json> = known
            .iter()
            .filter(|(name, _)| uses(name))
            .map(|(name, meant)| ((*name).to_owned(), (*meant).into()))
            .collect();
        let mut values = body["ExpressionAttributeValues"].as_object().cloned().unwrap_or_default();
        for (name, value) in [
            (":s", json!({"S": "a"})),
            (":n", json!({"N": "2"})),
            (":m", json!({"M": {"x": {"N": "1"}}})),
            (":b", json!({"B": "AQ=="})),
            (":ss", json!({"SS": ["a", "z"]})),
            (":l", json!({"L": [{"S": "q"}]})),
        ] {
            if uses(name) {
                values.insert(name.to_owned(), value);
            }
        }
        if self.rarely() {
            match self.0.usize(..4) {
                0 => drop(names.insert("#unused".into(), "u".into())),
                1 => drop(values.insert(":unused".into(), json!({"S": "u"}))),
                2 => drop(values.remove(":s")),
                _ => drop(names.insert("wrong".into(), "w".into())),
            }
        }
        if !names.is_empty() {
            body["ExpressionAttributeNames"] = names.into();
        }
        if !values.is_empty() {
            body["ExpressionAttributeValues"] = values.into();
        }
    }
}
