import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the schemas that are published in a group.",
    discussion: """
      Asks the server of the account that the group's domain leads to. The list itself is not \
      signed; atproto lexicon resolve verifies each schema. With --json: an array of NSIDs.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "A group, com.example.*, or the NSID of one of its schemas.",
      valueName: "group"
    )
  )
  var group: String

  @OptionGroup var options: LexiconLookupOptions

  func run() async throws {
    let group = try Self.group(group)
    let names = try await options.run().names(in: group).names
    guard !options.output.json else {
      return Console.json(.array(names.map { .string($0.string) }))
    }
    for name in names { Console.line(name.string) }
  }

  private static func group(_ text: String) throws -> LexiconGroup {
    if let group = LexiconGroup(text) { return group }
    guard let nsid = try? NSID(text) else {
      throw LexiconError(
        .invalidNsid,
        "'\(text)' is not a valid NSID, or group of NSIDs such as com.example.*"
      )
    }
    return LexiconGroup(of: nsid)
  }
}
