//! The task `//cdk:bootstrap`, run by the real mise.

use std::process::Command;

use xshell::Shell;
use xtask::{project, tools};

use crate::account::Account;
use crate::wanted::WITH_ECS;

/// `cargo xtask ARGS`, as the alias in `.cargo/config.toml` means it, without a build.
const CARGO: &str = "#!/bin/sh\n[ \"$1\" = xtask ] || exit 99\nshift\nexec \"$XTASK\" \"$@\"\n";

#[test]
#[ignore = "`cargo xtask e2e` runs it"]
fn compute_types_in_the_context_reach_the_account() {
    let account = Account::new();
    let workspace = &account.workspace;
    let root = project::root().unwrap();
    for file in ["mise.toml", "cdk/mise.toml"] {
        workspace.write(file, &std::fs::read_to_string(root.join(file)).unwrap());
    }
    account.program("cargo", CARGO);
    let mut command = Command::new(tools::mise(&Shell::new().unwrap(), &root).unwrap());
    command
        .args(["//cdk:bootstrap", "--", "--context", "ComputeTypes=agentcore,ecs"])
        .current_dir(workspace.path(""))
        .env("XTASK", env!("CARGO_BIN_EXE_xtask"))
        .env("ABCA_BOOTSTRAP_ROOT", workspace.path(""))
        .env("MISE_EXPERIMENTAL", "1")
        .env("MISE_OFFLINE", "1")
        .env("MISE_TRUSTED_CONFIG_PATHS", workspace.path(""))
        .env("MISE_CEILING_PATHS", workspace.path("").parent().unwrap());
    for kind in ["CACHE", "CONFIG", "DATA", "STATE", "SYSTEM_CONFIG"] {
        command.env(format!("MISE_{kind}_DIR"), workspace.path(&format!("mise/{kind}")));
    }
    account.run(&mut command).exits(0);
    WITH_ECS.assert_in_place(&account);
}
