import ATProtoRepo

extension String {
  /// The string for a terminal, with everything except printable ASCII escaped: the author of a
  /// file chooses its keys, and some characters control terminals.
  var printable: String {
    var text = ""
    for scalar in unicodeScalars {
      let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7f
      text += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return text
  }

  /// Untrusted text in any script, for a terminal: control characters, which could rewrite the
  /// display, are replaced by U+FFFD.
  var withoutControls: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }
      )
    )
  }
}

extension MSTKey {
  var printable: String { description.printable }
}
