import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Foundation
import Lexicon
import LexiconResolution

struct LexiconResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Resolve a schema in the network, verify it, and print it.",
    discussion: """
      Asks the DNS for the account of the schema's domain, and the account's server for the record. \
      An AT-URI names the account itself. With --json: {"nsid", "did", "uri", "cid", "rev", "pds", \
      "schema"}; with --did: {"nsid", "did"}.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "An NSID, NSID@CID, or at://<did>/com.atproto.lexicon.schema/<nsid>.",
      valueName: "nsid"
    )
  )
  var name: String

  @Flag(help: "Print the DID of the account that publishes the schema, without fetching it.")
  var did = false

  @OptionGroup var options: LexiconLookupOptions

  func run() async throws {
    let reference = try LexiconReference(name)
    let run = try options.run()
    guard !did else {
      let did =
        if let did = reference.did { did } else { try await run.authority(of: reference.nsid).did }
      return options.output.print(
        ["nsid": .string(reference.nsid.string), "did": .string(did.string)],
        orText: did.string
      )
    }
    let lexicon = try await run.resolve(reference)
    guard !options.output.json else {
      return Console.json([
        "nsid": .string(lexicon.nsid.string), "did": .string(lexicon.did.string),
        "uri": .string(lexicon.uri), "cid": .string(lexicon.cid.string),
        "rev": .string(lexicon.rev.string), "pds": .string("\(lexicon.pds)"),
        "schema": lexicon.record,
      ])
    }
    let bytes = LexiconFile.formatted(lexicon.record)
    // Files and pipes receive the text unchanged.
    guard isatty(STDOUT_FILENO) == 1 else { return try Console.bytes(bytes) }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      Console.line(String(line).withoutControls)
    }
  }
}
