import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountTakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "takedown",
    abstract: "Take an account down.",
    discussion: """
      The server stops serving all of its data; its owner can only log in to migrate it. With \
      --json: {"takenDown"}, the DID.
      """
  )

  @OptionGroup var subject: PDSAccountSubject

  @Option(help: ArgumentHelp("A note for the operator.", valueName: "text"))
  var reference: String?

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.administer { server in
      let did = try await server.did(of: subject.account)
      try await server.setTakedown(true, reference, of: did)
      options.output.print(["takenDown": .string(did.string)], orText: "taken down  \(did.string)")
    }
  }
}

struct PDSAccountUntakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untakedown",
    abstract: "Reverse an account's takedown.",
    discussion: #"With --json: {"restored"}, the DID."#
  )

  @OptionGroup var subject: PDSAccountSubject
  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.administer { server in
      let did = try await server.did(of: subject.account)
      try await server.setTakedown(false, nil, of: did)
      options.output.print(["restored": .string(did.string)], orText: "restored  \(did.string)")
    }
  }
}
