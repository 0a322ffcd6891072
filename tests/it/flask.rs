//! A Flask application, packaged as a function, called with API Gateway's events, as it would be on AWS.

use crate::sdk::run;
use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Server;
use ruststack_harness::python;
use std::process::Command;

#[test]
fn a_flask_application_runs_as_on_aws() {
    let Some(python) = python::program("python3") else { return };
    let application = workspace().join("tests/examples/flask-app");
    let archive = workspace().join("target/flask-app.zip");
    let mut package = Command::new(&python);
    package.arg(application.join("package.py")).arg(&archive).arg(workspace().join("target/flask-app"));
    if !package.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: what the application needs could not be installed");
        return;
    }
    let server = Server::start(binary(), &[]);
    let mut exercise = Command::new(&python);
    run(exercise.arg(application.join("exercise.py")).arg(&server.url).arg(archive), &server.url);
}
