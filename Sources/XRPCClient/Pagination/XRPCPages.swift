public import XRPC

/// The outputs of a query, page by page, each requested when it is needed.
///
/// Ends with the page that has no cursor, an empty one, or one that was already used.
public struct XRPCPages<Caller: XRPCCalling, Method: XRPCQuery>: AsyncSequence, Sendable {
  /// The output of one page.
  public typealias Element = Method.Output
  /// Why a call failed.
  public typealias Failure = XRPCError<Method.Failure>

  let caller: Caller
  let parameters: Method.Parameters
  let sent: any WritableKeyPath<Method.Parameters, String?> & Sendable
  let received: any KeyPath<Method.Output, String?> & Sendable
  let options: CallOptions

  /// Starts with the first page.
  public func makeAsyncIterator() -> Iterator {
    Iterator(pages: self, parameters: parameters)
  }

  /// Requests the pages one by one.
  public struct Iterator: AsyncIteratorProtocol {
    let pages: XRPCPages
    /// Nil after the last page.
    var parameters: Method.Parameters?
    // Hashes, because the server chooses the length of a cursor.
    private var seen: Set<Int> = []

    init(pages: XRPCPages, parameters: Method.Parameters) {
      self.pages = pages
      self.parameters = parameters
      if let cursor = parameters[keyPath: pages.sent] { seen.insert(cursor.hashValue) }
    }

    /// Requests the next page; nil at the end.
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
  /// Returns the pages of a query with a cursor.
  ///
  ///     for try await page in client.pages(
  ///       ComAtproto.Repo.ListRecords.self, .init(repo: repo, collection: nsid),
  ///       from: \.cursor, to: \.cursor)
  ///
  /// - Parameters:
  ///   - sent: the parameter that takes a cursor.
  ///   - received: the property of the output with the next cursor.
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
