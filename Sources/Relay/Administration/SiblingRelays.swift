import ATProtoHTTP
import HTTPTypes
import Logging
import Synchronization

/// A request that was carried out here and is to be repeated at sibling relays.
struct ForwardedRequest: Sendable {
  var method: HTTPRequest.Method
  /// With the query.
  var path: String
  /// The fields of the request that was received.
  var fields: HTTPFields
  var body: [UInt8]?
}

/// Other relays of the same operator, which get crawl requests and the administrator's changes, too.
///
/// A request is forwarded only once: one that another relay has forwarded is not forwarded again.
final class SiblingRelays: Sendable {
  private let relays: [HTTPURL]
  private let transport: any HTTPTransport
  private let logger: Logger
  /// The requests in progress.
  private let pending = Atomic(0)

  private static let timeout = Duration.seconds(10)
  /// Beyond that, requests are dropped: a sibling that hangs must not fill the memory.
  private static let maximumPending = 256

  init(_ relays: [HTTPURL], transport: any HTTPTransport, logger: Logger) {
    self.relays = relays
    self.transport = transport
    self.logger = logger
  }

  /// Sends a request to all siblings, and returns immediately. Failures are logged.
  func forward(_ request: ForwardedRequest) {
    guard !relays.isEmpty, !Self.isFromRelay(request.fields) else { return }
    for relay in relays {
      guard pending.load(ordering: .relaxed) < Self.maximumPending else {
        logger.warning(
          "cannot forward a request: too many are waiting",
          metadata: ["relay": "\(relay.origin)"]
        )
        continue
      }
      pending.add(1, ordering: .relaxed)
      Task {
        await send(request, to: relay)
        pending.subtract(1, ordering: .relaxed)
      }
    }
  }

  static func isFromRelay(_ fields: HTTPFields) -> Bool {
    (fields[values: .via] + fields[values: .userAgent]).contains {
      $0.contains(RelayVersion.mark)
    }
  }

  private func send(_ request: ForwardedRequest, to relay: HTTPURL) async {
    guard let url = relay.at(request.path) else { return }
    var fields: HTTPFields = [.via: "HTTP/1.1 \(RelayVersion.mark)"]
    for name in [HTTPField.Name.accept, .userAgent, .authorization, .contentType] {
      fields[name] = request.fields[name]
    }
    do throws(TransportError) {
      let response = try await transport.send(
        url.request(request.method, fields),
        body: request.body,
        options: TransportOptions(timeout: Self.timeout, maximumResponseBytes: 64 << 10)
      )
      guard response.head.status.kind == .successful else {
        return note("status \(response.head.status.code)", relay)
      }
    } catch {
      note("\(error)", relay)
    }
  }

  private func note(_ reason: String, _ relay: HTTPURL) {
    logger.warning(
      "cannot forward a request",
      metadata: ["relay": "\(relay.origin)", "error": "\(reason)"]
    )
  }
}
