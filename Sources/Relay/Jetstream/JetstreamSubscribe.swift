import ATProtoHTTP
import HTTPTypes
import XRPCServer

// GET /subscribe ? wantedCollections & wantedDids & maxMessageSizeBytes & cursor & compress
//                & requireHello

/// What a subscriber asks for when it connects.
struct JetstreamParameters: Sendable {
  var filter: JetstreamFilter
  /// The time of the first event, in microseconds since the Unix epoch; nil for new events only.
  var cursor: UInt64?
  var isCompressed: Bool
  /// Whether nothing is sent before the first `options_update`.
  var requiresHello: Bool

  init(_ request: WebSocketRequest) throws(XRPCServerError) {
    func value(_ name: String) -> String? {
      request.query.first { $0.name == name }?.value
    }
    filter = try JetstreamFilter(query: request.query)
    isCompressed =
      value("compress") == "true"
      || HTTPField.Name("Socket-Encoding").flatMap { request.head.headerFields[$0] }?
        .contains("zstd") ?? false
    requiresHello = value("requireHello") == "true"
    if let text = value("cursor"), !text.isEmpty {
      guard let time = Int64(text) else {
        throw .invalidRequest("cursor is not a valid number of microseconds")
      }
      cursor = UInt64(clamping: time)
    }
  }
}

extension JetstreamFeed {
  var subscribeRoute: WebSocketRoute {
    WebSocketRoute(path: "/subscribe") { [self] request in
      let parameters = try JetstreamParameters(request)
      return try await JetstreamSubscription(self, parameters, request.entry)
    }
  }
}
