import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoSyntax
import HTTPTypes
import PLCDirectory
import Synchronization
import XRPC
import XRPCAsyncHTTPClient

/// The network of a server under test: a PLC directory, hosts added by a test, and the real network
/// behind the guard for outgoing calls.
final class TestNetwork: HTTPTransport {
  typealias Host = @Sendable (HTTPRequest, [UInt8]) async throws -> HTTPTransportResponse

  static let directoryURL = HTTPURL("http://plc.test")!

  let directory = PLCOperationDirectory(store: MemoryPLCStore())
  private let hosts = Mutex<[String: Host]>([:])
  private let outside: GuardedTransport
  /// Whether the PLC directory cannot be reached.
  let isDirectoryDown = Mutex(false)

  init(allowsPrivateAddresses: Bool = false) {
    outside = GuardedTransport(policy: allowsPrivateAddresses ? .development : .publicOnly)
  }

  func add(_ authority: String, _ host: @escaping Host) {
    hosts.withLock { $0[authority] = host }
  }

  func send(
    _ request: HTTPRequest,
    body: [UInt8]?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportResponse {
    let authority = request.authority ?? ""
    if authority == "plc.test" { return try await answerOfDirectory(request, body ?? []) }
    guard let host = hosts.withLock({ $0[authority] }) else {
      return try await outside.send(request, body: body, options: options)
    }
    do {
      return try await host(request, body ?? [])
    } catch {
      throw TransportError(code: .cannotConnect, reason: "\(error)")
    }
  }

  func stream(
    _ request: HTTPRequest,
    body: BodyContent?,
    options: TransportOptions
  ) async throws(TransportError) -> HTTPTransportStream {
    try await outside.stream(request, body: body, options: options)
  }

  private func answerOfDirectory(
    _ request: HTTPRequest,
    _ body: [UInt8]
  ) async throws(TransportError) -> HTTPTransportResponse {
    if isDirectoryDown.withLock({ $0 }) {
      throw TransportError(code: .cannotConnect, reason: "the PLC directory is down")
    }
    do {
      let path = (request.path ?? "").split(separator: "/").map(String.init)
      let did = try DID(path[0].replacing("%3A", with: ":"))
      if request.method == .post {
        try await directory.submit(PLCOperation(json: body), of: did)
        return .json(["message": "OK"])
      }
      switch path.dropFirst().joined(separator: "/") {
      case "": return .json(try await directory.data(of: did).document(of: did))
      case "log/audit": return .json(try await directory.log(of: did).auditValue)
      default:
        return .json(try await directory.log(of: did).head?.operation.value ?? .null)
      }
    } catch let error as PLCDirectoryError {
      return .json(["message": .string("\(error)")], error.status)
    } catch {
      return .json(["message": .string("\(error)")], .badRequest)
    }
  }
}

extension HTTPTransportResponse {
  static func json(_ value: DataValue, _ status: HTTPResponse.Status = .ok) -> Self {
    Self(
      head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
      body: value.jsonBytes()
    )
  }

  static func text(_ text: String) -> Self {
    Self(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: "text/plain"]),
      body: Array(text.utf8)
    )
  }
}
