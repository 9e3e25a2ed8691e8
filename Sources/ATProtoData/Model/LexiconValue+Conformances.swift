public import ATProtoSyntax

extension String: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.text()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension Int: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.integer()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.integer(self)
  }
}

extension Bool: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.boolean()
  }

  /// Writes the value.
  public func encode(to writer: inout DataWriter) {
    writer.boolean(self)
  }
}

extension ShortText: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.shortText()
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension SharedText: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.sharedText()
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension FormatString: LexiconValue where Format.Text: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self.init(text: try Format.Text(from: &reader))
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    text.encode(to: &writer)
  }

  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {
    do throws(SyntaxError) {
      _ = try parsed()
    } catch {
      validator.report("format", error.description)
    }
  }
}

extension Array: LexiconValue where Element: LexiconValue {
  /// Reads the value at the reader's position. Its constraints are not checked.
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginArray()
    guard try reader.nextElement(&cursor) else {
      self = []
      return
    }
    let first = try Element(from: &reader)
    // Most arrays have one element, for which a literal is the fastest way to allocate.
    guard try reader.nextElement(&cursor) else {
      self = [first]
      return
    }
    self = try Self.elements(from: &reader, first, &cursor)
  }

  /// Reads the elements of an array from the second on. Not inlined, to keep the initializers that
  /// read arrays small.
  @inlinable
  @inline(never)
  static func elements(
    from reader: inout DataReader,
    _ first: consuming Element,
    _ cursor: inout ArrayCursor
  ) throws(DataError) -> [Element] {
    var elements: [Element] = []
    // A declared count is only a claim, so it reserves at most one page.
    elements.reserveCapacity(
      Swift.min(cursor.declared, Swift.max(4, 4096 / MemoryLayout<Element>.stride))
    )
    elements.append(first)
    repeat {
      elements.append(try Element(from: &reader))
    } while try reader.nextElement(&cursor)
    return elements
  }

  /// Writes the value.
  @inlinable
  public func encode(to writer: inout DataWriter) {
    var scope = writer.beginArray(count: count)
    let elements = span
    for index in elements.indices {
      writer.element(&scope)
      elements.withElement(index) { element in element.encode(to: &writer) }
    }
    writer.endArray(&scope)
  }

  /// Reports the constraints that the value violates.
  public func validate(into validator: inout Validator) {
    for (index, element) in enumerated() {
      if validator.isFull { return }
      validator.within(.index(index)) { validator in element.validate(into: &validator) }
    }
  }
}

extension Span where Element: ~Copyable {
  /// Passes an element to a closure without copying it.
  ///
  /// The standard library guarantees this only for noncopyable elements. For other elements, a
  /// subscript returns a copy and retains and releases each string and array in it: a fifth of the
  /// time of writing a thread view.
  @inlinable
  @inline(__always)
  func withElement(_ index: Index, _ body: (borrowing Element) -> Void) {
    body(self[index])
  }
}
