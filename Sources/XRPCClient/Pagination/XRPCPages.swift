public import XRPC

/// The outputs of a query, page after page, each asked for when it is needed.
///
/// Ends with the page that has no cursor, an empty one, or one that came before.
public struct XRPCPages<Caller: XRPCCalling, Method: XRPCQuery>: AsyncSequence, Sendable {
  public typealias Element = Method.Output
  public typealias Failure = XRPCError<Method.Failure>

  let caller: Caller
  let parameters: Method.Parameters
  let sent: any WritableKeyPath<Method.Parameters, String?> & Sendable
  let received: any KeyPath<Method.Output, String?> & Sendable
  let options: CallOptions

  public func makeAsyncIterator() -> Iterator {
    Iterator(pages: self, parameters: parameters)
  }

  public struct Iterator: AsyncIteratorProtocol {
    let pages: XRPCPages
    /// Nil after the last page.
    var parameters: Method.Parameters?
    // Hashes, because a server decides how long a cursor is.
    private var seen: Set<Int> = []

    init(pages: XRPCPages, parameters: Method.Parameters) {
      self.pages = pages
      self.parameters = parameters
      if let cursor = parameters[keyPath: pages.sent] { seen.insert(cursor.hashValue) }
    }

    public mutating func next() async throws(XRPCError<Method.Failure>) -> Method.Output? {
      guard var parameters else { return nil }
      self.parameters = nil
      let output = try await pages.caller.query(Method.self, parameters, options: pages.options)
      let cursor = output[keyPath: pages.received] ?? ""
      if !cursor.isEmpty, seen.insert(cursor.hashValue).inserted {
        parameters[keyPath: pages.sent] = cursor
        self.parameters = parameters
      }
      return output
    }
  }
}

extension XRPCCalling {
  /// The pages of any query with a cursor.
  ///
  ///     for try await page in client.pages(
  ///       ComAtproto.Repo.ListRecords.self, .init(repo: repo, collection: nsid),
  ///       from: \.cursor, to: \.cursor)
  ///
  /// - Parameters:
  ///   - sent: where the parameters take a cursor.
  ///   - received: where the output gives the next one.
  public func pages<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    from sent: any WritableKeyPath<Method.Parameters, String?> & Sendable,
    to received: any KeyPath<Method.Output, String?> & Sendable,
    options: CallOptions = CallOptions()
  ) -> XRPCPages<Self, Method> {
    XRPCPages(
      caller: self,
      parameters: parameters,
      sent: sent,
      received: received,
      options: options
    )
  }
}
