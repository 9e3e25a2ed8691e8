import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

/// The identity that a command asks a directory about.
struct PLCSubject: ParsableArguments {
  @Argument(
    help: "A did:plc.",
    transform: { text in
      guard let did = try? DID(text), did.method == "plc" else {
        throw ValidationError("'\(text)' is no did:plc")
      }
      return did
    }
  )
  var did: DID

  @OptionGroup var network: NetworkOptions

  @Flag(help: "Prints JSON.")
  var json = false

  /// The audit log, as the directory tells it.
  func auditLog() async throws -> DataValue {
    do {
      return try await network.plc.auditLog(of: did)
    } catch {
      throw Failure.report("\(error)", asJSON: json)
    }
  }
}
