import ATProtoSyntax
package import ComAtprotoAPI
package import XRPC
package import XRPCServer

/// `com.atproto.label`: the labels of this labeler, for everyone.
package struct LabelHandler: ComAtproto.Label.Handler {
  private let labels: Labels
  let broadcast: EventBroadcast

  /// The limits of the stream. A label that was retracted is removed from the log, but may still be
  /// in memory, so subscribers with a cursor start in the log.
  package static let streams = EventBroadcastConfiguration(
    maximumFrames: 16_384,
    maximumBytes: 16 << 20,
    pageFrames: 2_000,
    pageBytes: 1 << 20,
    startsInLog: true
  )

  /// - Parameter log: the log of the stream.
  package init(
    _ labels: Labels,
    log: LabelLog,
    streams: EventBroadcastConfiguration = Self.streams
  ) {
    self.labels = labels
    broadcast = EventBroadcast(log: log, configuration: streams)
  }

  /// Each frame of the stream is encoded once for all live subscribers.
  package var routes: [XRPCRoute] {
    ComAtproto.Label.routes(self).filter { $0.nsid != ComAtproto.Label.SubscribeLabels.nsid } + [
      .subscription(
        ComAtproto.Label.SubscribeLabels.self,
        sharing: { request in try await subscribe(cursor: request.parameters.cursor) }
      )
    ]
  }

  package func queryLabels(
    _ request: XRPCRequest<ComAtproto.Label.QueryLabels>
  ) async throws -> ComAtproto.Label.QueryLabels.Output {
    let parameters = request.parameters
    let query = try LabelQuery(
      patterns: UriPatterns(parameters.uriPatterns),
      sources: (parameters.sources ?? []).map { source throws in try source.parsed() },
      after: Self.cursor(parameters.cursor),
      limit: parameters.limit
    )
    let (labels, next) = try await labels.page(query)
    return ComAtproto.Label.QueryLabels.Output(cursor: next?.text, labels: labels)
  }

  private static func cursor(_ text: String?) throws(XRPCServerError) -> LabelCursor? {
    guard let text else { return nil }
    guard let cursor = LabelCursor(text) else {
      throw .invalidRequest("the cursor is not one that this server returned")
    }
    return cursor
  }

  package func subscribe(cursor: Int?) async throws -> EventSubscription {
    if let cursor, cursor < 0 {
      // Refused before the upgrade, like a cursor that is not a number.
      throw ParameterError(
        code: .malformed,
        parameter: "cursor",
        reason: "it must not be negative"
      )
    }
    return try await broadcast.subscribe(cursor: cursor) { oldest in
      try ComAtproto.Label.SubscribeLabels.frame(
        .info(
          ComAtproto.Label.SubscribeLabels.Info(
            name: .outdatedCursor,
            message: "the stream begins with label \(oldest)"
          )
        )
      )
    }
  }
}
