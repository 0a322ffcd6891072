//! Functions as their users meet them: what goes wrong in them, and AWS's own runtime clients beside our bootstraps.

use crate::sdk::run;
use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::python;
use std::process::Command;

#[test]
fn faults_of_functions_are_told_as_aws_tells_them_and_leave_nothing() {
    let Some(python) = python::program("python3") else { return };
    let mut command = Command::new(python);
    run(command.arg(workspace().join("tests/functions/faults.py")).arg(binary()), "http://127.0.0.1:1");
}
