import ATProtoHTTP
import HTTPTypes
import XRPCServer

/// The parameters that a subscriber connects with.
struct JetstreamParameters: Sendable {
  /// Where the stream begins.
  enum Start: Sendable {
    /// With new events.
    case live
    /// With the first event at a time, in microseconds since the Unix epoch, or after it.
    case time(UInt64)
    /// With the event that has a number, or the first one after it (``JetstreamVersion/two``).
    case number(Int)
  }

  var version = JetstreamVersion.one
  var filter: JetstreamFilter
  var start = Start.live
  /// Compresses messages, if they are to be compressed.
  var compressor: ZstdCompressor?
  /// Whether nothing is sent before the first `options_update`.
  var requiresHello = false
}

// GET /subscribe ? wantedCollections & wantedDids & maxMessageSizeBytes & cursor & compress
//                & requireHello & zstdDictionary
//
// `zstdDictionary` is an addition of this server.

extension JetstreamParameters {
  init(legacy request: WebSocketRequest, _ feed: JetstreamFeed) throws(XRPCServerError) {
    func value(_ name: String) -> String? {
      request.query.first { $0.name == name }?.value
    }
    self.init(filter: try JetstreamFilter(query: request.query))
    let encoding = HTTPField.Name("Socket-Encoding").flatMap { request.head.headerFields[$0] }
    if let id = value("zstdDictionary"), !id.isEmpty {
      compressor = try feed.configuration.compressor(id)
    } else if value("compress") == "true" || encoding?.contains("zstd") ?? false {
      compressor = feed.configuration.compressor
    }
    requiresHello = value("requireHello") == "true"
    if let text = value("cursor"), !text.isEmpty {
      guard let time = Int64(text) else {
        throw .invalidRequest("cursor is not a valid number of microseconds")
      }
      start = .time(UInt64(clamping: time))
    }
  }
}

extension JetstreamFeed {
  /// Enough for ``JetstreamFilter/maximumDIDs`` DIDs of the method `plc` with percent-encoded
  /// colons.
  private static let maximumTargetBytes = 512 << 10

  var subscribeRoute: WebSocketRoute {
    WebSocketRoute(
      path: "/subscribe",
      maximumTargetBytes: Self.maximumTargetBytes
    ) { [self] request in
      let parameters: JetstreamParameters
      do throws(XRPCServerError) {
        parameters = try JetstreamParameters(legacy: request, self)
      } catch {
        throw WebSocketRefusal(status: error.status, text: error.message ?? error.name)
      }
      return try await JetstreamSubscription(self, parameters, request.entry)
    }
  }
}
