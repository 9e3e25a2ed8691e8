import ArgumentParser

/// The executable `atproto`: commands are a noun followed by a verb.
@main
struct ATProtoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "atproto",
    abstract: "Run AT Protocol services, and work with accounts, records, and repositories.",
    discussion: """
      Commands write results to standard output, and everything else to standard error. With \
      --json they print one JSON value, or one per line for lists and streams; errors are \
      {"error", "details"} on standard error. The exit status is 0 on success, 1 on failure and \
      64 if the command line is not valid; 2 for `atproto mock`.
      """,
    subcommands: [
      LoginCommand.self, LogoutCommand.self, WhoamiCommand.self,
      FormerName<RecordGetCommand>.self, FormerName<RecordListCommand>.self,
      FormerName<RecordCreateCommand>.self, FormerName<RecordPutCommand>.self,
      FormerName<RecordDeleteCommand>.self, FormerName<IdentityResolveCommand>.self,
      FormerName<XRPCQueryCommand>.self, FormerName<XRPCProcedureCommand>.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Network",
        subcommands: [
          AccountCommand.self, RecordCommand.self, BlobCommand.self, IdentityCommand.self,
          XRPCCommand.self, LexiconCommand.self, FirehoseCommand.self, SyncCommand.self,
          LabelCommand.self, ReportCommand.self,
        ]
      ),
      CommandGroup(
        name: "Local data",
        subcommands: [RepoCommand.self, KeyCommand.self, SyntaxCommand.self]
      ),
      CommandGroup(
        name: "Services",
        subcommands: [
          PDSCommand.self, PLCCommand.self, RelayCommand.self, LabelerCommand.self,
          AppViewCommand.self, NetworkCommand.self, MockCommand.self, ScenarioCommand.self,
        ]
      ),
    ]
  )

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      CommandFailure.exit(error, asJSON: OutputOptions.wantsJSON(CommandLine.arguments))
    }
  }
}

struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Log in to accounts, and out of them.",
    subcommands: [LoginCommand.self, LogoutCommand.self, WhoamiCommand.self]
  )
}

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Read and write the records of accounts.",
    subcommands: [
      RecordCreateCommand.self, RecordGetCommand.self, RecordListCommand.self,
      RecordPutCommand.self, RecordDeleteCommand.self,
    ]
  )
}

struct BlobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blob",
    abstract: "Upload and download blobs.",
    subcommands: [BlobUploadCommand.self, BlobDownloadCommand.self]
  )
}

struct IdentityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identity",
    abstract: "Look up handles and DIDs.",
    subcommands: [IdentityResolveCommand.self]
  )
}

struct XRPCCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xrpc",
    abstract: "Call any XRPC method.",
    subcommands: [XRPCQueryCommand.self, XRPCProcedureCommand.self]
  )
}

struct RepoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo",
    abstract: "Inspect and verify repositories in CAR files.",
    discussion: """
      Every block's hash is checked. The exit status is 1 if the file is not a valid repository.
      """,
    subcommands: [
      RepoInspectCommand.self, RepoListCommand.self, RepoGetCommand.self, RepoVerifyCommand.self,
      RepoDiffCommand.self, RepoExportCommand.self,
    ]
  )
}

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Generate and inspect cryptographic keys.",
    subcommands: [KeyGenerateCommand.self, KeyInspectCommand.self]
  )
}

struct SyntaxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "syntax",
    abstract: "Check strings against Lexicon formats.",
    subcommands: [SyntaxCheckCommand.self]
  )
}

struct PDSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pds",
    abstract: "Run and administer a Personal Data Server (PDS).",
    subcommands: [
      PDSServeCommand.self, PDSAccountCommand.self, PDSBackupCommand.self, PDSCheckCommand.self,
    ]
  )
}

struct PDSAccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Administer the accounts of a running PDS.",
    discussion: """
      Name an account by its DID, handle or email. These commands call the server as its \
      administrator, over HTTPS or on this machine.
      """,
    subcommands: [
      PDSAccountListCommand.self, PDSAccountInfoCommand.self, PDSAccountCreateCommand.self,
      PDSAccountDeleteCommand.self, PDSAccountTakedownCommand.self,
      PDSAccountUntakedownCommand.self, PDSAccountResetPasswordCommand.self,
      PDSAccountInviteCommand.self,
    ]
  )
}

struct LabelerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labeler",
    abstract: "Run a labeler, set one up, and check it.",
    subcommands: [
      LabelerServeCommand.self, LabelerSetupCommand.self, LabelerCheckCommand.self,
      LabelerMemberCommand.self,
    ]
  )
}

struct AppViewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appview",
    abstract: "Run and administer an app view.",
    subcommands: [
      AppViewServeCommand.self, AppViewStatusCommand.self, AppViewReindexCommand.self,
      AppViewBackfillCommand.self, AppViewPlanCommand.self,
    ]
  )
}

struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Run a whole network on this machine.",
    subcommands: [NetworkServeCommand.self]
  )
}

struct LabelerMemberCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member",
    abstract: "Administer the team of a labeler.",
    discussion: """
      Requires the admin password, or an account that is an administrator of the team.
      """,
    subcommands: [
      LabelerMemberListCommand.self, LabelerMemberAddCommand.self, LabelerMemberUpdateCommand.self,
      LabelerMemberRemoveCommand.self,
    ]
  )
}

struct LabelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Label accounts and records, and verify labels.",
    subcommands: [
      LabelAddCommand.self, LabelNegateCommand.self, LabelListCommand.self,
      LabelVerifyCommand.self,
    ]
  )
}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Report accounts and records to labelers.",
    subcommands: [ReportCreateCommand.self, ReportListCommand.self]
  )
}

struct PLCCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plc",
    abstract: "Run a PLC directory, and query any PLC directory.",
    subcommands: [PLCServeCommand.self, PLCLogCommand.self, PLCVerifyCommand.self]
  )
}

struct RelayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "relay",
    abstract: "Run and administer a relay.",
    discussion: """
      Commands that change something call a running relay as its administrator, over HTTPS or on \
      this machine.
      """,
    subcommands: [
      RelayServeCommand.self, RelayHostCommand.self, RelayDomainCommand.self,
      RelayAccountCommand.self, RelayConsumerCommand.self, RelayPullHostsCommand.self,
    ]
  )
}

struct RelayHostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Administer the hosts that a relay crawls.",
    subcommands: [
      RelayHostListCommand.self, RelayHostStatusCommand.self, RelayHostCrawlCommand.self,
      RelayHostBlockCommand.self, RelayHostUnblockCommand.self, RelayHostSetLimitCommand.self,
    ]
  )
}

struct RelayDomainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "domain",
    abstract: "Administer the domains that a relay has banned.",
    subcommands: [
      RelayDomainListCommand.self, RelayDomainBanCommand.self, RelayDomainUnbanCommand.self,
    ]
  )
}

struct RelayAccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "account",
    abstract: "Inspect accounts of a relay, and take them down.",
    subcommands: [
      RelayAccountListCommand.self, RelayAccountStatusCommand.self,
      RelayAccountTakedownCommand.self, RelayAccountUntakedownCommand.self,
      RelayAccountTakedownsCommand.self,
    ]
  )
}

struct RelayConsumerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "consumer",
    abstract: "Inspect the consumers of a relay.",
    subcommands: [RelayConsumerListCommand.self]
  )
}

/// A command under its former name, such as `atproto get` for `atproto record get`. It is hidden
/// and keeps existing scripts working.
struct FormerName<Command: AsyncParsableCommand>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    var configuration = Command.configuration
    configuration.shouldDisplay = false
    configuration.aliases = []
    return configuration
  }

  @OptionGroup var command: Command

  mutating func run() async throws {
    try await command.run()
  }
}
