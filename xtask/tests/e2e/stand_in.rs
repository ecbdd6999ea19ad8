//! Programs that stand in for the `aws` CLI: they do what no server does on demand, and else call the real one.

use std::os::unix::fs::PermissionsExt as _;

use crate::account::Account;

impl Account {
    /// Puts a program `aws` first in `PATH` of what [`Account::xtask`] runs. It logs its operation, then runs this
    /// `sh` text, in which `$AWS` is the real `aws` and `$2` the operation, and at last the real one.
    pub(crate) fn stand_in(&self, script: &str) {
        let log = self.workspace.path("calls.log");
        let text = format!(
            "#!/bin/sh\nAWS='{}'\nprintf '%s %s\\n' \"$1\" \"$2\" >> '{}'\n{script}\nexec \"$AWS\" \"$@\"\n",
            self.real_aws().display(),
            log.display()
        );
        self.program("aws", &text);
        // What an earlier one logged.
        self.workspace.write("calls.log", "");
    }

    /// Puts a program first in `PATH`.
    pub(crate) fn program(&self, name: &str, text: &str) {
        let file = format!("programs/{name}");
        self.workspace.write(&file, text);
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.workspace.path(&file), executable).unwrap();
    }

    /// Takes the stand-in away.
    pub(crate) fn real_aws_again(&self) {
        std::fs::remove_file(self.workspace.path("programs/aws")).unwrap();
    }

    /// The operations that were called by way of the stand-in, such as `iam get-role`, sorted.
    pub(crate) fn calls(&self) -> Vec<String> {
        let mut calls: Vec<_> = self.workspace.read("calls.log").lines().map(str::to_owned).collect();
        calls.sort();
        calls
    }
}
