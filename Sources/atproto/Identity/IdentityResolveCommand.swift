import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser
import XRPC

struct IdentityResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Resolve a handle or a DID.",
    discussion: """
      Confirms the link between handle and DID from both sides. The exit status is 1 if the \
      identity cannot be found, or if the two sides disagree. With --json: {"did", "handle", \
      "signingKey", "pds", "didDoc"}.
      """
  )

  @Argument(
    help: ArgumentHelp("A handle, with or without @, or a DID.", valueName: "handle-or-did"),
    transform: ParsedArgument.identifier
  )
  var identifier: ATIdentifier

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let identity = try await network.directory.identity(of: identifier)
    let document = identity.document
    let key = outcome { () throws(IdentityError) in try document.signingKey().didKey }
    let pds = outcome { () throws(IdentityError) in try document.pds.origin }
    output.print([
      "did": .string(identity.did.string),
      "handle": .string(identity.handle.string),
      "signingKey": (try? key.get()).map { .string($0) } ?? .null,
      "pds": (try? pds.get()).map { .string($0) } ?? .null,
      "didDoc": document.value,
    ]) { table in
      table.add("did", identity.did.string)
      table.add("handle", handleText(identity))
      table.add("signing key", text(key))
      table.add("pds", text(pds))
      for service in document.services where service.id != "atproto_pds" {
        table.add("#\(service.id)", "\(service.endpoint) (\(service.type))")
      }
    }
  }

  private func handleText(_ identity: Identity) -> String {
    if identity.hasConfirmedHandle { return identity.handle.string }
    guard let claimed = identity.document.claimedHandle else { return "none" }
    return "\(identity.handle) (claims \(claimed), which is not confirmed)"
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
}
