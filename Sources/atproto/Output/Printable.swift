import ATProtoRepo

extension String {
  /// The text for a terminal, with everything but printable ASCII escaped: whoever made a file
  /// chose its keys, and some characters command terminals.
  var printable: String {
    var text = ""
    for scalar in unicodeScalars {
      let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7f
      text += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return text
  }

  /// Untrusted text in any script, for a terminal: control characters, which could rewrite what is
  /// shown, are replaced by U+FFFD.
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
