import ATProtoRepo

extension String {
  /// The text for a terminal: whoever made a file chose its keys, and some characters command
  /// terminals.
  var printable: String {
    var text = ""
    for scalar in unicodeScalars {
      let isPlain = scalar.isASCII && scalar.value >= 0x20 && scalar.value < 0x7f
      text += isPlain ? String(scalar) : scalar.escaped(asASCII: true)
    }
    return text
  }

  /// Text of strangers for a terminal, in any script: without control characters, which could
  /// rewrite what is shown.
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
