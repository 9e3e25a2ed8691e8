/// Elements in the order in which they were added, each once, up to a limit.
struct DistinctList<Element: Hashable> {
  private(set) var elements: [Element] = []
  /// The elements, once there are enough of them that a search would be slower.
  private var set: Set<Element> = []

  private static var searched: Int { 8 }

  /// Adds an element unless it is there already. Returns false if there is no room for it.
  mutating func add(_ element: Element) -> Bool {
    if elements.count < Self.searched {
      if !elements.contains(element) { elements.append(element) }
      return true
    }
    if set.isEmpty { set = Set(elements) }
    if elements.count >= IndexLimits.entriesPerRecord { return set.contains(element) }
    if set.insert(element).inserted { elements.append(element) }
    return true
  }

  /// Adds an element that is certainly not there. Returns false if there is no room for it.
  mutating func append(_ element: Element) -> Bool {
    guard elements.count < IndexLimits.entriesPerRecord else { return false }
    elements.append(element)
    return true
  }
}
