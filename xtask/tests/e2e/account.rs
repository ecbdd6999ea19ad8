//! An AWS account of a test's own, with what reads it back.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use xshell::Shell;
use xtask::{project, tools};

use crate::server::Server;
use crate::workspace::{Ran, Workspace};

/// What the CDK CLI gives the execution role unless it is told otherwise.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// An account that nothing was done to, with a workspace whose `cargo xtask` has it as the caller's account.
pub(crate) struct Account {
    /// The twelve digits.
    pub(crate) id: String,
    /// The region that commands work in.
    pub(crate) region: &'static str,
    /// With the locked CDK CLI in place.
    pub(crate) workspace: Workspace,
    server: &'static Server,
}

/// A stack as `DescribeStacks` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stack {
    /// Such as `CREATE_COMPLETE`.
    pub(crate) status: String,
    /// The parameters by their keys.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The outputs by their keys.
    pub(crate) outputs: BTreeMap<String, String>,
}

/// The account's own roles and policies as `GetAccountAuthorizationDetails` shows them.
pub(crate) struct Iam {
    roles: Vec<Value>,
    policies: Vec<Value>,
}

impl Iam {
    #[track_caller]
    fn role(&self, name: &str) -> &Value {
        let role = self.roles.iter().find(|role| role["RoleName"] == name);
        role.unwrap_or_else(|| panic!("no role {name}"))
    }

    /// The ARNs of the managed policies that are attached to a role.
    #[track_caller]
    pub(crate) fn attached(&self, role: &str) -> BTreeSet<String> {
        let policies = self.role(role)["AttachedManagedPolicies"].as_array().unwrap();
        policies.iter().map(|policy| text(&policy["PolicyArn"])).collect()
    }

    /// The names of a role's inline policies.
    #[track_caller]
    pub(crate) fn inline(&self, role: &str) -> BTreeSet<String> {
        let policies = self.role(role)["RolePolicyList"].as_array().unwrap();
        policies.iter().map(|policy| text(&policy["PolicyName"])).collect()
    }

    /// The JSON of who may assume a role.
    #[track_caller]
    pub(crate) fn trust(&self, role: &str) -> String {
        self.role(role)["AssumeRolePolicyDocument"].to_string()
    }

    /// The JSON of what the default version of each managed policy says, by ARN.
    #[track_caller]
    pub(crate) fn documents(&self) -> BTreeMap<String, String> {
        let policies = self.policies.iter().map(|policy| {
            let versions = policy["PolicyVersionList"].as_array().unwrap();
            let default = versions.iter().find(|v| v["VersionId"] == policy["DefaultVersionId"]).unwrap();
            (text(&policy["Arn"]), default["Document"].to_string())
        });
        policies.collect()
    }
}

impl Account {
    /// A fresh one in `us-east-1`.
    pub(crate) fn new() -> Self {
        // `LocalStack` takes an access key of twelve digits for the account.
        static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);
        Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed).to_string(),
            region: "us-east-1",
            workspace: workspace_with_cdk(),
            server: Server::shared(),
        }
    }

    /// The environment as the CDK CLI and `cargo xtask bootstrap` want it.
    pub(crate) fn environment(&self) -> String {
        format!("aws://{}/{}", self.id, self.region)
    }

    /// Runs `cargo xtask` in the workspace.
    pub(crate) fn xtask(&self, args: &[&str]) -> Ran {
        self.run(self.workspace.xtask().args(args))
    }

    /// Runs `cdk bootstrap` of the locked CLI on the account, with its own template where none is given.
    pub(crate) fn cdk_bootstrap(&self, template: Option<&Path>, args: &[&str]) -> Ran {
        let mut command = Command::new("node");
        command.arg(self.workspace.path("cdk/node_modules/aws-cdk/bin/cdk")).arg("bootstrap");
        if let Some(template) = template {
            command.arg("--template").arg(template);
        }
        // Not in the workspace: the CLI reads a `cdk.json` where it is called.
        command.arg(self.environment()).args(args).current_dir(self.workspace.path("called-from"));
        self.run(&mut command)
    }

    /// What the `aws` CLI answers; null where it has nothing to say.
    #[track_caller]
    pub(crate) fn aws(&self, args: &[&str]) -> Value {
        let ran = self.try_aws(args).exits(0);
        match ran.stdout().trim() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|error| panic!("{args:?}: {error} in {text}")),
        }
    }

    /// Runs the `aws` CLI.
    pub(crate) fn try_aws(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(self.real_aws());
        // Version 1 of the CLI does not know AWS_REGION.
        command.args(args).args(["--output", "json", "--region", self.region]);
        self.run(&mut command)
    }

    /// The `aws` CLI itself, whatever stands in for it in `PATH`.
    pub(crate) fn real_aws(&self) -> PathBuf {
        self.server.env().commands.join("aws")
    }

    /// Runs a program with the account's credentials and without anything of the user's.
    pub(crate) fn run(&self, command: &mut Command) -> Ran {
        let output = self.in_account(command).output();
        Ran(output.unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Gives a program the account's credentials and takes the user's own settings from it.
    fn in_account<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for (key, _) in std::env::vars_os() {
            if key.to_str().is_some_and(|key| key.starts_with("AWS_") || key.starts_with("CDK_")) {
                command.env_remove(key);
            }
        }
        // Programs of the AWS CLI and Node.js take a proxy in either spelling.
        for name in ["NO_PROXY", "no_proxy"] {
            command.env(name, "127.0.0.1,localhost");
        }
        let home = self.workspace.path("home");
        std::fs::create_dir_all(&home).unwrap();
        command
            .env("PATH", self.path())
            .env("HOME", &home)
            .env("CDK_HOME", &home)
            .env("CDK_DISABLE_CLI_TELEMETRY", "1")
            .env("AWS_ENDPOINT_URL", self.server.endpoint())
            .env("AWS_ACCESS_KEY_ID", &self.id)
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_REGION", self.region)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_PAGER", "")
    }

    /// `PATH` with the workspace's own programs first, then our `aws`.
    fn path(&self) -> OsString {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.workspace.path("programs"), self.server.env().commands.clone()].into_iter();
        let folders = folders.chain(std::env::split_paths(&path));
        std::env::join_paths(folders).unwrap()
    }

    /// Reads a stack.
    #[track_caller]
    pub(crate) fn stack(&self, name: &str) -> Stack {
        let answer = self.aws(&["cloudformation", "describe-stacks", "--stack-name", name]);
        let stack = &answer["Stacks"][0];
        let pairs = |list: &str, key: &str, value: &str| {
            let items = stack[list].as_array().into_iter().flatten();
            items.map(|item| (text(&item[key]), text(&item[value]))).collect()
        };
        Stack {
            status: text(&stack["StackStatus"]),
            parameters: pairs("Parameters", "ParameterKey", "ParameterValue"),
            outputs: pairs("Outputs", "OutputKey", "OutputValue"),
        }
    }

    /// Changes parameters of a stack, as somebody in the console would: its template and all others stay.
    #[track_caller]
    pub(crate) fn update(&self, name: &str, changes: &[(&str, &str)]) -> Stack {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let template = self.aws(&["cloudformation", "get-template", "--stack-name", name]);
        self.workspace.write("template.yaml", &text(&template["TemplateBody"]));
        let parameters = self.stack(name).parameters.into_keys().map(|key| {
            match changes.iter().find(|(changed, _)| *changed == key) {
                Some((_, value)) => json!({"ParameterKey": key, "ParameterValue": value}),
                None => json!({"ParameterKey": key, "UsePreviousValue": true}),
            }
        });
        self.workspace.write("parameters.json", &parameters.collect::<Value>().to_string());
        let file = |name: &str| format!("file://{}", self.workspace.path(name).display());
        let (template, parameters) = (file("template.yaml"), file("parameters.json"));
        // A change set as a person would make one: `LocalStack` forgets what its UpdateStack did.
        let change_set = format!("by-hand-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let of = ["--stack-name", name, "--change-set-name", &change_set];
        let options = ["--change-set-type", "UPDATE", "--capabilities", "CAPABILITY_NAMED_IAM"];
        let inputs = ["--template-body", &template, "--parameters", &parameters];
        self.aws(&[&["cloudformation", "create-change-set"], of.as_slice(), &options, &inputs].concat());
        self.settled(|| {
            let described = self.aws(&[&["cloudformation", "describe-change-set"], of.as_slice()].concat());
            text(&described["Status"])
        });
        self.aws(&[&["cloudformation", "execute-change-set"], of.as_slice()].concat());
        self.settled(|| self.stack(name).status);
        self.stack(name)
    }

    /// Asks until nothing is in progress; `aws cloudformation wait` asks every 30 seconds only.
    #[track_caller]
    fn settled(&self, status: impl Fn() -> String) {
        let deadline = Instant::now() + Duration::from_mins(2);
        while matches!(status().rsplit_once('_'), Some((_, "PENDING" | "PROGRESS"))) {
            assert!(Instant::now() < deadline, "account {}: still {}", self.id, status());
        }
    }

    /// The name of the role that CloudFormation deploys with.
    pub(crate) fn execution_role(&self, qualifier: &str) -> String {
        format!("cdk-{qualifier}-cfn-exec-role-{}-{}", self.id, self.region)
    }

    /// The ARN that one of our policies has in the account.
    pub(crate) fn policy_arn(&self, qualifier: &str, name: &str) -> String {
        format!("arn:aws:iam::{0}:policy/cdk-{qualifier}-{name}-{0}-{1}", self.id, self.region)
    }

    /// Reads all of the account's own roles and policies, in one call.
    #[track_caller]
    pub(crate) fn iam(&self) -> Iam {
        let answer = self.aws(&["iam", "get-account-authorization-details"]);
        let list = |name: &str| answer[name].as_array().unwrap().clone();
        Iam { roles: list("RoleDetailList"), policies: list("Policies") }
    }

    /// What tells each of the account's own policies from one that replaced it, by ARN.
    #[track_caller]
    pub(crate) fn policy_ids(&self) -> BTreeMap<String, String> {
        let answer = self.aws(&["iam", "list-policies", "--scope", "Local"]);
        let policies = answer["Policies"].as_array().unwrap().iter();
        policies.map(|policy| (text(&policy["Arn"]), text(&policy["PolicyId"]))).collect()
    }

    /// The names of a stack's change sets.
    #[track_caller]
    pub(crate) fn change_sets(&self, stack: &str) -> Vec<String> {
        let answer = self.aws(&["cloudformation", "list-change-sets", "--stack-name", stack]);
        answer["Summaries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|summary| text(&summary["ChangeSetName"]))
            .collect()
    }
}

impl Drop for Account {
    /// The server's side of a test that fails.
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "shown by the test harness beside the failure")]
            {
                eprintln!("account {}; the server's log ends:\n{}", self.id, self.server.log());
            }
        }
    }
}

/// A workspace with the locked CDK CLI in place, so that nothing has to be installed.
fn workspace_with_cdk() -> Workspace {
    let workspace = Workspace::new();
    let root = project::root().unwrap();
    let entry = tools::cdk_cli(&Shell::new().unwrap(), &root).unwrap();
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        let contents = std::fs::read_to_string(root.join("cdk").join(file)).unwrap();
        workspace.write(&format!("cdk/{file}"), &contents);
    }
    let modules: PathBuf = entry.ancestors().nth(3).unwrap().to_path_buf();
    std::os::unix::fs::symlink(modules, workspace.path("cdk/node_modules")).unwrap();
    workspace
}

/// The text of a JSON string.
#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
