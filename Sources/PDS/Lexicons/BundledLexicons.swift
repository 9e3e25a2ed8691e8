import ATProtoSyntax
import Lexicon

/// Documents of definitions to which records of other lexicons refer most, so that they need not be
/// looked up. A test holds that they are those in `Lexicons/`, without descriptions.
enum BundledLexicons {
  /// The document with an NSID; nil if it has to be looked up.
  static func document(_ nsid: NSID) -> ParsedLexicon? { documents[nsid] }

  private static let documents: [NSID: ParsedLexicon] = Dictionary(
    uniqueKeysWithValues: texts.compactMap { text in
      LexiconDocument.parse(SourceFile(path: "bundled.json", bytes: Array(text.utf8))).document
    }.map { ($0.id.value, ParsedLexicon($0)) }
  )

  /// The documents as JSON.
  static let texts = [
    #"""
    {
      "lexicon": 1,
      "id": "com.atproto.repo.strongRef",
      "defs": {
        "main": {
          "type": "object",
          "required": ["uri", "cid"],
          "properties": {
            "uri": {"type": "string", "format": "at-uri"},
            "cid": {"type": "string", "format": "cid"}
          }
        }
      }
    }
    """#,
    #"""
    {
      "lexicon": 1,
      "id": "com.atproto.label.defs",
      "defs": {
        "label": {
          "type": "object",
          "required": ["src", "uri", "val", "cts"],
          "properties": {
            "ver": {"type": "integer"},
            "src": {"type": "string", "format": "did"},
            "uri": {"type": "string", "format": "uri"},
            "cid": {"type": "string", "format": "cid"},
            "val": {"type": "string", "maxLength": 128},
            "neg": {"type": "boolean"},
            "cts": {"type": "string", "format": "datetime"},
            "exp": {"type": "string", "format": "datetime"},
            "sig": {"type": "bytes"}
          }
        },
        "selfLabels": {
          "type": "object",
          "required": ["values"],
          "properties": {
            "values": {
              "type": "array",
              "items": {"type": "ref", "ref": "#selfLabel"},
              "maxLength": 10
            }
          }
        },
        "selfLabel": {
          "type": "object",
          "required": ["val"],
          "properties": {"val": {"type": "string", "maxLength": 128}}
        },
        "labelValueDefinition": {
          "type": "object",
          "required": ["identifier", "severity", "blurs", "locales"],
          "properties": {
            "identifier": {"type": "string", "maxLength": 100, "maxGraphemes": 100},
            "severity": {"type": "string", "knownValues": ["inform", "alert", "none"]},
            "blurs": {"type": "string", "knownValues": ["content", "media", "none"]},
            "defaultSetting": {
              "type": "string",
              "knownValues": ["ignore", "warn", "hide"],
              "default": "warn"
            },
            "adultOnly": {"type": "boolean"},
            "locales": {
              "type": "array",
              "items": {"type": "ref", "ref": "#labelValueDefinitionStrings"}
            }
          }
        },
        "labelValueDefinitionStrings": {
          "type": "object",
          "required": ["lang", "name", "description"],
          "properties": {
            "lang": {"type": "string", "format": "language"},
            "name": {"type": "string", "maxLength": 640, "maxGraphemes": 64},
            "description": {"type": "string", "maxLength": 100000, "maxGraphemes": 10000}
          }
        },
        "labelValue": {
          "type": "string",
          "knownValues": [
            "!hide",
            "!warn",
            "!no-unauthenticated",
            "porn",
            "sexual",
            "nudity",
            "graphic-media",
            "bot"
          ]
        }
      }
    }
    """#,
    #"""
    {
      "lexicon": 1,
      "id": "app.bsky.richtext.facet",
      "defs": {
        "main": {
          "type": "object",
          "required": ["index", "features"],
          "properties": {
            "index": {"type": "ref", "ref": "#byteSlice"},
            "features": {
              "type": "array",
              "items": {"type": "union", "refs": ["#mention", "#link", "#tag"]}
            }
          }
        },
        "mention": {
          "type": "object",
          "required": ["did"],
          "properties": {"did": {"type": "string", "format": "did"}}
        },
        "link": {
          "type": "object",
          "required": ["uri"],
          "properties": {"uri": {"type": "string", "format": "uri"}}
        },
        "tag": {
          "type": "object",
          "required": ["tag"],
          "properties": {"tag": {"type": "string", "maxLength": 640, "maxGraphemes": 64}}
        },
        "byteSlice": {
          "type": "object",
          "required": ["byteStart", "byteEnd"],
          "properties": {
            "byteStart": {"type": "integer", "minimum": 0},
            "byteEnd": {"type": "integer", "minimum": 0}
          }
        }
      }
    }
    """#,
  ]
}
