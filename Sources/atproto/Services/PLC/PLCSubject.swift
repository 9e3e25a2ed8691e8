import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

/// The identity for which a command queries a PLC directory.
struct PLCSubject: ParsableArguments {
  @Argument(
    help: "A did:plc.",
    transform: { text in
      guard let did = try? DID(text), did.method == "plc" else {
        throw ValidationError("'\(text)' is not a valid did:plc")
      }
      return did
    }
  )
  var did: DID

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  /// The audit log, as the PLC directory returns it.
  func auditLog() async throws -> DataValue {
    try await network.plc.auditLog(of: did)
  }
}

extension TextTable {
  /// Adds the content of a PLC operation.
  mutating func add(_ operation: PLCOperation) {
    switch operation.content {
    case .tombstone: add("  type", "tombstone: the identity is deactivated")
    case .create(let data):
      add("  type", "create (legacy)")
      add(data)
    case .operation(let data): add(data)
    }
  }

  private mutating func add(_ data: PLCData) {
    for alias in data.alsoKnownAs { add("  also known as", alias) }
    for (id, service) in data.services.sorted(by: { $0.key < $1.key }) {
      add("  #\(id)", "\(service.endpoint) (\(service.type))")
    }
    for (id, key) in data.verificationMethods.sorted(by: { $0.key < $1.key }) {
      add("  #\(id)", key)
    }
    for key in data.rotationKeys { add("  rotation key", key) }
  }
}
