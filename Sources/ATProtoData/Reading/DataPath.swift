/// A step from a value to one inside it.
package enum DataPath: Hashable, Sendable {
  case key(String)
  case index(Int)

  /// `reply.root.uri`, `facets[0].index`.
  package static func description(of path: [DataPath]) -> String {
    var text = ""
    for step in path {
      switch step {
      case .key(let key):
        if !text.isEmpty { text += "." }
        text += key
      case .index(let index):
        text += "[\(index)]"
      }
    }
    return text
  }

  /// Describes a path in a list of violations; a long path is truncated in the middle.
  package static func shortDescription(of path: [DataPath]) -> String {
    // Each step takes at least one byte, so this builds little more text than it keeps.
    guard path.count > 2 * keptSteps || path.contains(where: \.isLong) else {
      return description(of: path)
    }
    let ends = (path.prefix(keptSteps), path.dropFirst(keptSteps).suffix(keptSteps))
    let dropped = path.count - ends.0.count - ends.1.count
    let texts = (description(of: ends.0.map(\.short)), description(of: ends.1.map(\.short)))
    return dropped > 0 ? "\(texts.0)…\(texts.1)" : description(of: path.map(\.short))
  }

  private static let keptSteps = 16
  private static let keptKeyLength = 120

  private var isLong: Bool {
    if case .key(let key) = self { key.utf8.count > Self.keptKeyLength } else { false }
  }

  private var short: DataPath {
    if case .key(let key) = self { .key(key.excerpt(Self.keptKeyLength)) } else { self }
  }

  /// A path as it appears in a message; a long path is truncated in the middle.
  package static func excerpt(_ path: String) -> String { path.excerpt(120) }
}

extension String {
  /// A string from outside as it appears in a message.
  package var excerpt: String { excerpt(64) }

  /// Both ends of a string of more than `length` UTF-8 bytes. It counts bytes, because characters
  /// may have any number of code points.
  package func excerpt(_ length: Int) -> String {
    let half = length / 2
    guard utf8.count > 2 * half else { return self }
    let start = utf8.index(startIndex, offsetBy: half)
    let end = utf8.index(endIndex, offsetBy: -half)
    // Here, an index inside a code point refers to its beginning.
    return "\(String(unicodeScalars[..<start]))…\(String(unicodeScalars[end...]))"
  }
}

// The functions below read the input again up to an error, so a path costs nothing until there is
// one. They only follow the structure, and stop when they cannot follow it.

private struct Level {
  var isObject: Bool
  var remaining: Int
  var index = -1
  var key = ""

  var step: DataPath? {
    index < 0 ? nil : isObject ? .key(key) : .index(index)
  }
}

private func steps(_ levels: [Level]) -> [DataPath] {
  levels.compactMap(\.step)
}

/// The path to the item of a DAG-CBOR document that begins at, or contains, the byte at `target`.
func cborPath(in input: RawSpan, to target: Int) -> [DataPath] {
  var levels: [Level] = []
  var offset = 0
  while offset < input.byteCount {
    while let last = levels.last, last.remaining == 0 { levels.removeLast() }
    if offset > 0 && levels.isEmpty { break }
    if let last = levels.indices.last {
      levels[last].remaining -= 1
      levels[last].index += 1
      if levels[last].isObject {
        guard let (major, size, start) = cborHead(input, offset), major == 3, offset < target,
          size <= input.byteCount - start
        else {
          levels.removeLast()
          break
        }
        levels[last].key = input.text(start, start + size) ?? "?"
        offset = start + size
      }
    }
    guard offset < target, let (major, size, start) = cborHead(input, offset) else { break }
    switch major {
    case 2, 3:
      guard size <= input.byteCount - start, start + size <= target else { return steps(levels) }
      offset = start + size
    case 4, 5:
      levels.append(Level(isObject: major == 5, remaining: size))
      offset = start
    case 6:
      // A tag is replaced by its content.
      guard let (_, size, content) = cborHead(input, start), size <= input.byteCount - content,
        content + size <= target
      else { return steps(levels) }
      offset = content + size
    default: offset = start
    }
  }
  return steps(levels)
}

/// The major type and the argument of an item's header, and the offset after it.
func cborHead(_ input: RawSpan, _ offset: Int) -> (major: UInt8, argument: Int, end: Int)? {
  guard offset < input.byteCount else { return nil }
  let initial = input.byte(offset)
  let info = initial & 31
  if info < 24 { return (initial >> 5, Int(info), offset + 1) }
  guard info < 28 else { return nil }
  let size = 1 << Int(info - 24)
  guard size <= input.byteCount - offset - 1 else { return nil }
  var value: UInt64 = 0
  for i in 1...size { value = value << 8 | UInt64(input.byte(offset + i)) }
  return (initial >> 5, Int(clamping: value), offset + 1 + size)
}

/// The path to the value of a JSON document that begins at, or contains, the byte at `target`.
func jsonPath(in input: RawSpan, to target: Int) -> [DataPath] {
  var levels: [Level] = []
  var offset = 0
  var expectsKey = false
  while offset < input.byteCount && offset < target {
    switch input.byte(offset) {
    case UInt8(ascii: "{"):
      levels.append(Level(isObject: true, remaining: 0))
      expectsKey = true
      offset += 1
    case UInt8(ascii: "["):
      levels.append(Level(isObject: false, remaining: 0, index: 0))
      expectsKey = false
      offset += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      if !levels.isEmpty { levels.removeLast() }
      expectsKey = false
      offset += 1
    case UInt8(ascii: ","):
      if let last = levels.indices.last {
        expectsKey = levels[last].isObject
        levels[last].index = levels[last].isObject ? -1 : levels[last].index + 1
      }
      offset += 1
    case UInt8(ascii: "\""):
      let start = offset + 1
      offset = start
      while offset < input.byteCount, input.byte(offset) != UInt8(ascii: "\"") {
        offset += input.byte(offset) == UInt8(ascii: "\\") ? 2 : 1
      }
      guard offset < target, offset < input.byteCount else { return steps(levels) }
      if expectsKey, let last = levels.indices.last {
        let key = try? String(json: input.slice(start - 1, offset + 1), limits: .unlimited)
        levels[last].key = key ?? "?"
        levels[last].index = 0
        expectsKey = false
      }
      offset += 1
    default: offset += 1
    }
  }
  return steps(levels)
}
