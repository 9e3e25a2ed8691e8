public import XRPC

/// The elements in the pages of a query, one by one.
public struct XRPCItems<Caller: XRPCCalling, Method: XRPCQuery, Element: Sendable>:
  AsyncSequence, Sendable
{
  /// Why a call failed.
  public typealias Failure = XRPCError<Method.Failure>

  let pages: XRPCPages<Caller, Method>
  let list: any KeyPath<Method.Output, [Element]> & Sendable

  /// Starts with the first page.
  public func makeAsyncIterator() -> Iterator {
    Iterator(pages: pages.makeAsyncIterator(), list: list)
  }

  /// Reads the elements one by one.
  public struct Iterator: AsyncIteratorProtocol {
    var pages: XRPCPages<Caller, Method>.Iterator
    let list: any KeyPath<Method.Output, [Element]> & Sendable
    private var items: ArraySlice<Element> = []

    init(
      pages: XRPCPages<Caller, Method>.Iterator,
      list: any KeyPath<Method.Output, [Element]> & Sendable
    ) {
      self.pages = pages
      self.list = list
    }

    /// Returns the next element and calls the query if the page is used up; nil at the end.
    public mutating func next() async throws(XRPCError<Method.Failure>) -> Element? {
      // A page may be empty and still have a next one.
      while items.isEmpty {
        guard let page = try await pages.next() else { return nil }
        items = page[keyPath: list][...]
      }
      return items.removeFirst()
    }
  }
}

extension XRPCPages {
  /// The elements of a list in the output of each page: `items(\.records)`.
  public func items<Item: Sendable>(
    _ list: any KeyPath<Method.Output, [Item]> & Sendable
  ) -> XRPCItems<Caller, Method, Item> {
    XRPCItems(pages: self, list: list)
  }
}
