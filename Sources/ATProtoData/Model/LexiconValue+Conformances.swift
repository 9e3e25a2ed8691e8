public import ATProtoSyntax

extension String: LexiconValue {
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.text()
  }

  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension Int: LexiconValue {
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.integer()
  }

  public func encode(to writer: inout DataWriter) {
    writer.integer(self)
  }
}

extension Bool: LexiconValue {
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.boolean()
  }

  public func encode(to writer: inout DataWriter) {
    writer.boolean(self)
  }
}

extension ShortText: LexiconValue {
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.shortText()
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension SharedText: LexiconValue {
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self = try reader.sharedText()
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    writer.text(self)
  }
}

extension FormatString: LexiconValue where Format.Text: LexiconValue {
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    self.init(text: try Format.Text(from: &reader))
  }

  @inlinable
  public func encode(to writer: inout DataWriter) {
    text.encode(to: &writer)
  }

  public func validate(into validator: inout Validator) {
    do throws(SyntaxError) {
      _ = try parsed()
    } catch {
      validator.report("format", error.description)
    }
  }
}

extension Array: LexiconValue where Element: LexiconValue {
  @inlinable
  public init(from reader: inout DataReader) throws(DataError) {
    var cursor = try reader.beginArray()
    guard try reader.nextElement(&cursor) else {
      self = []
      return
    }
    let first = try Element(from: &reader)
    // Most arrays have one element, for which a literal takes memory fastest.
    guard try reader.nextElement(&cursor) else {
      self = [first]
      return
    }
    self = try Self.elements(from: &reader, first, &cursor)
  }

  /// The elements of an array whose second comes next. Out of line, for the sake of all the
  /// initialisers that read arrays.
  @inlinable
  @inline(never)
  static func elements(
    from reader: inout DataReader,
    _ first: consuming Element,
    _ cursor: inout ArrayCursor
  ) throws(DataError) -> [Element] {
    var elements: [Element] = []
    // A declared count is only a claim: what it reserves is bounded by a page.
    elements.reserveCapacity(
      Swift.min(cursor.declared, Swift.max(4, 4096 / MemoryLayout<Element>.stride))
    )
    elements.append(first)
    repeat {
      elements.append(try Element(from: &reader))
    } while try reader.nextElement(&cursor)
    return elements
  }

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

  public func validate(into validator: inout Validator) {
    for (index, element) in enumerated() {
      if validator.isFull { return }
      validator.within(.index(index)) { validator in element.validate(into: &validator) }
    }
  }
}

extension Span where Element: ~Copyable {
  /// Lends an element.
  ///
  /// Not to need a copy is a promise only for elements that cannot be copied. Others are copied out
  /// by a subscript, and each text and array in them is retained and released: a fifth of the time
  /// of writing a thread view.
  @inlinable
  @inline(__always)
  func withElement(_ index: Index, _ body: (borrowing Element) -> Void) {
    body(self[index])
  }
}
