//! Functions as their users meet them: what goes wrong in them, and AWS's own runtime clients beside our bootstraps.

use crate::sdk::run;
use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Server;
use ruststack_harness::{java, node, python};
use std::process::Command;

/// A script of `tests/functions`.
fn script(file: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/functions").join(file));
    Some(command)
}

#[test]
fn faults_of_functions_are_told_as_aws_tells_them_and_leave_nothing() {
    let Some(mut faults) = script("faults.py") else { return };
    run(faults.arg(binary()), "http://127.0.0.1:1");
}

#[test]
fn python_handlers_give_the_same_under_aws_s_runtime_client() {
    let (Some(mut clients), Some(python)) = (script("clients.py"), python::program("python3")) else {
        return;
    };
    let server = Server::start(binary(), &[]);
    run(clients.arg("python").arg(python), &server.url);
}

#[test]
fn node_handlers_give_the_same_under_aws_s_runtime_client() {
    let (Some(mut clients), Some(client)) = (script("clients.py"), node::package("runtime-client")) else {
        return;
    };
    let server = Server::start(binary(), &[]);
    run(clients.arg("node").arg(client), &server.url);
}

#[test]
fn functions_in_java_run_under_aws_s_runtime_client() {
    let (Some(mut calls), Some((classes, libraries))) = (script("java.py"), java::classes("java-function"))
    else {
        return;
    };
    let server = Server::start(binary(), &[]);
    run(calls.arg(classes).arg(libraries), &server.url);
}
