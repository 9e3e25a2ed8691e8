public import XRPC

/// What the pages of a query list, one by one.
public struct XRPCItems<Caller: XRPCCalling, Method: XRPCQuery, Element: Sendable>:
  AsyncSequence, Sendable
{
  public typealias Failure = XRPCError<Method.Failure>

  let pages: XRPCPages<Caller, Method>
  let list: any KeyPath<Method.Output, [Element]> & Sendable

  public func makeAsyncIterator() -> Iterator {
    Iterator(pages: pages.makeAsyncIterator(), list: list)
  }

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

    public mutating func next() async throws(XRPCError<Method.Failure>) -> Element? {
      // A page may be empty and yet have a successor.
      while items.isEmpty {
        guard let page = try await pages.next() else { return nil }
        items = page[keyPath: list][...]
      }
      return items.removeFirst()
    }
  }
}

extension XRPCPages {
  /// The elements of a list in the output: `items(\.records)`.
  public func items<Item: Sendable>(
    _ list: any KeyPath<Method.Output, [Item]> & Sendable
  ) -> XRPCItems<Caller, Method, Item> {
    XRPCItems(pages: self, list: list)
  }
}
