import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
package import XRPC
import XRPCServer

// GET /xrpc/network.bsky.jetstream.subscribeEvents ? kinds & dids & collections & cursor
//     & maxMessageSizeBytes & zstdDictionary

extension JetstreamParameters {
  /// Larger cursors are times in microseconds.
  private static let maximumNumber = 1_000_000_000_000_000

  init(_ request: WebSocketRequest, _ feed: JetstreamFeed) throws(XRPCServerError) {
    for name in ["wantedCollections", "wantedDids", "compress", "requireHello"]
    where request.query.contains(where: { $0.name == name }) {
      throw .invalidRequest("\(name) is a parameter of /subscribe")
    }
    func values(_ name: String) -> [String] {
      request.query.filter { $0.name == name }.map(\.value)
    }
    func number(_ name: String) throws(XRPCServerError) -> Int? {
      guard let text = values(name).first, !text.isEmpty else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw .invalidRequest("\(name) is not a valid number")
      }
      return number
    }
    var kinds = Set(JetstreamKind.allCases)
    let names = values("kinds")
    if !names.isEmpty {
      kinds = []
      for name in names {
        guard let kind = JetstreamKind(rawValue: name) else {
          throw .invalidRequest("\(QueryString.excerpt(name)) is not a valid kind")
        }
        kinds.insert(kind)
      }
    }
    let collections = values("collections")
    guard collections.isEmpty || kinds.contains(.commit) else {
      throw .invalidRequest("collections require the kind commit")
    }
    guard collections.count <= JetstreamFilter.maximumCollections else {
      throw .invalidRequest(
        "too many collections: the maximum is \(JetstreamFilter.maximumCollections)"
      )
    }
    // Unlike in version one, a prefix must consist of whole segments of an NSID.
    for text in collections where text.hasSuffix(".*") {
      guard (try? NSID(String(text.dropLast()) + "x")) != nil else {
        throw .invalidRequest("\(QueryString.excerpt(text)) is not a valid collection")
      }
    }
    self.init(
      version: .two,
      filter: try JetstreamFilter(
        kinds: kinds,
        collections: collections,
        dids: values("dids"),
        maximumBytes: try number("maxMessageSizeBytes")
      )
    )
    if let id = values("zstdDictionary").first, !id.isEmpty {
      guard UInt32(id) != nil else {
        throw .invalidRequest("zstdDictionary is not a valid number")
      }
      compressor = try feed.configuration.compressor(id)
    }
    if let cursor = try number("cursor") {
      start = cursor < Self.maximumNumber ? .number(cursor) : .time(UInt64(cursor))
    }
  }
}

extension JetstreamFeed {
  var eventsRoute: WebSocketRoute {
    WebSocketRoute(
      path: "/xrpc/\(JetstreamEvent.method)",
      subprotocols: ["xrpc.v1.json"]
    ) { [self] request in
      let parameters = try JetstreamParameters(request, self)
      return try await JetstreamSubscription(self, parameters, request.entry)
    }
  }

  /// `network.bsky.jetstream.getZstdDictionary`: the dictionary with an ID, or the one to use.
  package var dictionaryRoute: XRPCRoute {
    XRPCRoute(
      nsid: "network.bsky.jetstream.getZstdDictionary",
      kind: .query,
      handler: .respond { [configuration] request, _ in
        let query = try QueryString.pairs(request.query, maximumCount: 10)
        let id = query.first { $0.name == "id" }?.value
        guard
          let dictionary = try? configuration.compressor(id ?? configuration.dictionaryID)
            .dictionary
        else {
          throw XRPCServerError(
            status: .badRequest,
            name: "DictionaryNotFound",
            message: "the dictionary to use is \(configuration.dictionaryID)"
          )
        }
        return RouteResponse(
          head: HTTPResponse(
            status: .ok,
            headerFields: [.contentType: "application/octet-stream"]
          ),
          body: .bytes(dictionary.bytes)
        )
      }
    )
  }
}

extension JetstreamConfiguration {
  /// The ID of the dictionary that clients should use.
  var dictionaryID: String { compressors.last?.dictionary.map { "\($0.id)" } ?? "" }

  /// The compressor with a dictionary.
  func compressor(_ id: String) throws(XRPCServerError) -> ZstdCompressor {
    let found = compressors.first { $0.dictionary.map { "\($0.id)" } == id }
    guard let found else {
      throw XRPCServerError(
        status: .badRequest,
        name: "UnknownZstdDictionary",
        message: "the dictionary to use is \(dictionaryID)"
      )
    }
    return found
  }
}
