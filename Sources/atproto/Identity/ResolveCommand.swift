import ATProtoHTTP
import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPC

struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Finds the identity of a handle or a DID.",
    discussion: """
      The link between handle and DID is confirmed from both sides. Exit code 1: there is no such \
      identity, or the sides contradict each other.
      """
  )

  @Argument(
    help: ArgumentHelp("A handle, with or without @, or a DID.", valueName: "handle-or-did"),
    transform: Self.identifier
  )
  var identifier: ATIdentifier

  @OptionGroup var network: NetworkOptions

  @Flag(help: "Prints a JSON object.")
  var json = false

  func run() async throws {
    let identity: Identity
    do {
      identity = try await network.directory.identity(of: identifier)
    } catch {
      throw Failure.report("\(error)", asJSON: json)
    }
    let document = identity.document
    let key = outcome { () throws(IdentityError) in try document.signingKey().didKey }
    let pds = outcome { () throws(IdentityError) in try document.pds.origin }
    if json {
      let report: DataValue = [
        "did": .string(identity.did.string),
        "handle": .string(identity.handle.string),
        "signingKey": (try? key.get()).map { .string($0) } ?? .null,
        "pds": (try? pds.get()).map { .string($0) } ?? .null,
        "didDoc": document.value,
      ]
      Console.json(report)
      return
    }
    var table = TextTable()
    table.add("did", identity.did.string)
    table.add("handle", handleText(identity))
    table.add("signing key", text(key))
    table.add("pds", text(pds))
    for service in document.services where service.id != "atproto_pds" {
      table.add("#\(service.id)", "\(service.endpoint) (\(service.type))")
    }
    table.print()
  }

  private func handleText(_ identity: Identity) -> String {
    if identity.hasConfirmedHandle { return identity.handle.string }
    guard let claimed = identity.document.claimedHandle else { return "none claimed" }
    return "\(identity.handle) (\(claimed) is claimed and not confirmed)"
  }

  private func outcome(
    _ body: () throws(IdentityError) -> String
  ) -> Result<String, IdentityError> {
    do throws(IdentityError) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }

  private func text(_ outcome: Result<String, IdentityError>) -> String {
    switch outcome {
    case .success(let text): text
    case .failure(let error): "none: \(error)"
    }
  }

  private static func identifier(_ text: String) throws -> ATIdentifier {
    do {
      return try ATIdentifier(text.hasPrefix("@") ? String(text.dropFirst()) : text)
    } catch {
      throw ValidationError("'\(text)' is \(error)")
    }
  }
}
