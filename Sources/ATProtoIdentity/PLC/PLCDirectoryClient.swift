public import ATProtoData
public import ATProtoHTTP
public import ATProtoSyntax
import HTTPTypes

/// Calls a PLC directory.
public struct PLCDirectoryClient: Sendable {
  /// The PLC directory of the public network.
  public static let standardURL = HTTPURL("https://plc.directory")!

  /// The base URL of the PLC directory.
  public let url: HTTPURL
  private let transport: any HTTPTransport
  private let limits: OutgoingLimits

  /// Creates a client.
  ///
  /// - Parameter limits: the limits of all requests but those for logs.
  public init(
    url: HTTPURL = standardURL,
    transport: any HTTPTransport,
    limits: OutgoingLimits = .document
  ) {
    self.url = url
    self.transport = transport
    self.limits = limits
  }

  /// Fetches the DID document as the PLC directory renders it.
  ///
  /// - Throws: ``IdentityError/Code/notFound`` for an unknown DID, ``IdentityError/Code/deactivated`` for
  ///   one with a tombstone.
  public func document(of did: DID) async throws(IdentityError) -> DIDDocument {
    try DIDDocument(json: try await get(did, ""), of: did)
  }

  /// Fetches the current state of an identity.
  public func data(of did: DID) async throws(IdentityError) -> PLCData {
    let value = try value(try await get(did, "/data"))
    // The fields of an operation, without those that are specific to operations.
    var fields = value.object ?? DataObject()
    guard fields["did"]?.string == did.string else {
      throw IdentityError(.badDocument, "\(url.origin) returned the data of another DID for \(did)")
    }
    fields["did"] = nil
    for (key, text) in [("type", "plc_operation"), ("sig", "")] { fields[key] = .string(text) }
    fields["prev"] = .null
    guard let data = try operation(.object(fields)).data else {
      throw IdentityError(.badDocument, "\(url.origin) did not return valid data")
    }
    return data
  }

  /// Fetches the operations that are not nullified, without verifying them.
  public func operations(of did: DID) async throws(IdentityError) -> [PLCOperation] {
    let values = try value(try await get(did, "/log", .log)).array ?? []
    var operations: [PLCOperation] = []
    for value in values { operations.append(try operation(value)) }
    return operations
  }

  /// Fetches the audit log: all operations with the PLC directory's statements about them.
  /// ``PLCLog/init(verifying:of:)`` verifies it.
  public func auditLog(of did: DID) async throws(IdentityError) -> DataValue {
    try value(try await get(did, "/log/audit", .log))
  }

  /// Fetches the latest operation that is not nullified.
  public func lastOperation(of did: DID) async throws(IdentityError) -> PLCOperation {
    try operation(try value(try await get(did, "/log/last")))
  }

  /// Submits an operation.
  ///
  /// - Throws: ``IdentityError/Code/rejected`` with the PLC directory's message if it rejects the
  ///   operation.
  public func submit(_ operation: PLCOperation, of did: DID) async throws(IdentityError) {
    let body = operation.value.jsonBytes()
    let response = try await send(did, "", limits, .post, body)
    guard response.head.status.kind != .successful else { return }
    try refuse(response, did)
  }

  private func get(
    _ did: DID,
    _ part: String,
    _ limits: OutgoingLimits? = nil
  ) async throws(IdentityError) -> [UInt8] {
    let response = try await send(did, part, limits ?? self.limits)
    if response.head.status.kind != .successful { try refuse(response, did) }
    return response.body
  }

  private func send(
    _ did: DID,
    _ part: String,
    _ limits: OutgoingLimits,
    _ method: HTTPRequest.Method = .get,
    _ body: [UInt8]? = nil
  ) async throws(IdentityError) -> HTTPTransportResponse {
    // did:plc specification, "Identifier Syntax".
    guard did.method == "plc", did.identifier.utf8.count == 24,
      did.identifier.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }),
      let address = url.at("/\(did)\(part)")
    else {
      throw IdentityError(.disallowed, "\(did) is not a valid did:plc")
    }
    return try await OutgoingRequest(transport: transport, limits: limits)
      .send(address, accept: "application/did+ld+json,application/json", method: method, body: body)
  }

  private func refuse(
    _ response: HTTPTransportResponse,
    _ did: DID
  ) throws(IdentityError) {
    let words = (try? DataValue(json: response.body))?["message"]?.string
    let status = response.head.status
    let reason = "\(url.origin): \(words.map { String($0.prefix(400)) } ?? "status \(status.code)")"
    switch status.code {
    case 410: throw IdentityError(.deactivated, reason)
    // The message of did-method-plc's server for a DID with a tombstone.
    case 404 where words?.contains("not available") ?? false:
      throw IdentityError(.deactivated, reason)
    case 404: throw IdentityError(.notFound, reason)
    case 400..<500 where status != .tooManyRequests: throw IdentityError(.rejected, reason)
    default: throw IdentityError(.unreachable, reason)
    }
  }

  private func value(_ body: [UInt8]) throws(IdentityError) -> DataValue {
    do {
      return try DataValue(json: body)
    } catch {
      throw IdentityError(.badDocument, "\(url.origin) did not return valid JSON: \(error)")
    }
  }

  private func operation(_ value: DataValue) throws(IdentityError) -> PLCOperation {
    do throws(PLCError) {
      return try PLCOperation(value)
    } catch {
      throw IdentityError(.badDocument, "\(url.origin) did not return a valid operation: \(error)")
    }
  }
}
