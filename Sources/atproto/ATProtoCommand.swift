import ArgumentParser

/// The command line of everything that runs on generated code: services and clients.
@main
struct ATProtoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atproto",
    abstract: "Services and clients of the AT Protocol.",
    subcommands: [
      PDSCommand.self, PLCCommand.self, ResolveCommand.self, KeyCommand.self, RepoCommand.self,
      SyntaxCommand.self, ScenarioCommand.self,
      LoginCommand.self, LogoutCommand.self, WhoamiCommand.self,
      GetRecordCommand.self, ListRecordsCommand.self, CreateRecordCommand.self,
      PutRecordCommand.self, DeleteRecordCommand.self, BlobCommand.self,
      QueryCommand.self, ProcedureCommand.self, FirehoseCommand.self,
    ]
  )
}
