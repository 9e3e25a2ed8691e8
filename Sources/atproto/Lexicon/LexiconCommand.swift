import ArgumentParser

struct LexiconCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lexicon",
    abstract: "Look up, install, and publish Lexicon schemas.",
    discussion: """
      A schema is a record of the account that the DNS names for the schema's domain: the TXT record \
      of _lexicon.example.com for com.example.post. Its proof is verified whenever it is fetched.

      lexicons.json lists the installed schemas with their CIDs; commit it together with the \
      directory lexicons. The exit status is 3 if another attempt may succeed, for instance because \
      a server did not answer. With --json, errors are {"error", "message", "nsid"} on standard \
      output.
      """,
    subcommands: [
      LexiconResolveCommand.self, LexiconInstallCommand.self, LexiconUpdateCommand.self,
      LexiconVerifyCommand.self, LexiconPublishCommand.self, LexiconUnpublishCommand.self,
      LexiconStatusCommand.self, LexiconListCommand.self, LexiconCheckDNSCommand.self,
    ]
  )
}
