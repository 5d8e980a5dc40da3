// Starts `vedette lsp` and hands it the settings. All that is known of KQL is in that program.

const { workspace, window, commands } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const LANGUAGES = ["kql", "kusto", "yaml"];

let client;

function settings() {
  const ours = workspace.getConfiguration("vedette");
  return {
    schema: ours.get("schema"),
    also: ours.get("also"),
    content: ours.get("content"),
    functions: ours.get("functions"),
  };
}

async function start() {
  const command = workspace.getConfiguration("vedette").get("path");
  const server = { command, args: ["lsp"] };
  client = new LanguageClient("vedette", "vedette", server, {
    documentSelector: LANGUAGES.flatMap((language) =>
      ["file", "untitled"].map((scheme) => ({ scheme, language })),
    ),
    initializationOptions: settings(),
    // Functions beside a rule count for it.
    synchronize: { fileEvents: workspace.createFileSystemWatcher("**/functions/*.kql") },
  });
  try {
    await client.start();
  } catch (error) {
    window.showErrorMessage(`${command} cannot be started: ${error.message}. Set vedette.path to where it is.`);
  }
}

async function restart() {
  await client?.stop().catch(() => {});
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("vedette.restart", restart),
    workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("vedette.path")) {
        await restart();
      } else if (change.affectsConfiguration("vedette")) {
        await client?.sendNotification("workspace/didChangeConfiguration", { settings: { vedette: settings() } });
      }
    }),
  );
  await start();
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
