import ArgumentParser
import Lexicon
import LexiconCompiler

/// A document to begin with: valid, with every description in its place.
struct Skeleton {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case record
    case query
    case procedure
    case subscription
    case permissionSet = "permission-set"
  }

  var kind: Kind
  /// A valid NSID, which has no character that JSON escapes.
  var nsid: String
  /// What a permission set names; names within its own group, which are all that it may grant.
  var collection: String
  var method: String

  init(_ kind: Kind, _ nsid: String, collection: String = "item", method: String = "listItems") {
    self.kind = kind
    self.nsid = nsid
    let group = NSIDPath(nsid).group
    self.collection = "\(group).\(collection)"
    self.method = "\(group).\(method)"
  }

  /// The path below a folder of lexicons, which spells the NSID.
  var path: String { nsid.split(separator: ".").joined(separator: "/") + ".json" }

  /// As `lexgen format` lays it out.
  var text: String {
    let file = SourceFile(path: path, bytes: Array(source.utf8))
    return CanonicalLayout.format(file).text ?? source
  }

  private var source: String {
    """
    {
      "lexicon": 1,
      "id": "\(nsid)",
      "defs": {
    \(definitions)
      }
    }

    """
  }

  private var definitions: String {
    switch kind {
    case .record: record
    case .query: query
    case .procedure: procedure
    case .subscription: subscription
    case .permissionSet: permissionSet
    }
  }

  private var record: String {
    """
        "main": {
          "type": "record",
          "description": "One item that an account publishes. Say here what it stands for.",
          "key": "tid",
          "record": {
            "type": "object",
            "required": ["text", "createdAt"],
            "properties": {
              "text": {
                "type": "string",
                "description": "What the author wrote.",
                "minLength": 1,
                "maxLength": 3000,
                "maxGraphemes": 300
              },
              "createdAt": {
                "type": "string",
                "description": "When the author made the item, by the author's own clock.",
                "format": "datetime"
              }
            }
          }
        }
    """
  }

  private var query: String {
    """
        "main": {
          "type": "query",
          "description": "Lists the items of an account, the newest first.",
          "parameters": {
            "type": "params",
            "required": ["actor"],
            "properties": {
              "actor": {
                "type": "string",
                "description": "The account whose items are wanted.",
                "format": "at-identifier"
              },
              "limit": {
                "type": "integer",
                "description": "How many items one answer has at most.",
                "minimum": 1,
                "maximum": 100,
                "default": 50
              },
              "cursor": {
                "type": "string",
                "description": "Where the last answer ended, as it said."
              }
            }
          },
          "output": {
            "encoding": "application/json",
            "schema": {
              "type": "object",
              "required": ["items"],
              "properties": {
                "cursor": {
                  "type": "string",
                  "description": "What to ask with for more; absent at the end."
                },
                "items": {
                  "type": "array",
                  "description": "The items of this page.",
                  "items": { "type": "ref", "ref": "#itemView" }
                }
              }
            }
          }
        },
        "itemView": {
          "type": "object",
          "description": "An item as it is shown.",
          "required": ["uri", "text"],
          "properties": {
            "uri": {
              "type": "string",
              "description": "Where the record is.",
              "format": "at-uri"
            },
            "text": {
              "type": "string",
              "description": "What the author wrote.",
              "maxLength": 3000,
              "maxGraphemes": 300
            }
          }
        }
    """
  }

  private var procedure: String {
    """
        "main": {
          "type": "procedure",
          "description": "Publishes an item for the account that asks. Needs a session.",
          "input": {
            "encoding": "application/json",
            "schema": {
              "type": "object",
              "required": ["text"],
              "properties": {
                "text": {
                  "type": "string",
                  "description": "What to publish.",
                  "minLength": 1,
                  "maxLength": 3000,
                  "maxGraphemes": 300
                }
              }
            }
          },
          "output": {
            "encoding": "application/json",
            "schema": {
              "type": "object",
              "required": ["uri"],
              "properties": {
                "uri": {
                  "type": "string",
                  "description": "Where the new record is.",
                  "format": "at-uri"
                }
              }
            }
          },
          "errors": [
            { "name": "LimitReached", "description": "The account has as many items as it may." }
          ]
        }
    """
  }

  private var subscription: String {
    """
        "main": {
          "type": "subscription",
          "description": "Sends every change of an item as it happens.",
          "parameters": {
            "type": "params",
            "properties": {
              "cursor": {
                "type": "integer",
                "description": "The last sequence number that was seen; what follows it is sent."
              }
            }
          },
          "message": {
            "schema": {
              "type": "union",
              "refs": ["#change", "#info"]
            }
          },
          "errors": [
            { "name": "FutureCursor", "description": "The cursor is ahead of the stream." }
          ]
        },
        "change": {
          "type": "object",
          "description": "An item that was made, changed or deleted.",
          "required": ["seq", "uri", "time"],
          "properties": {
            "seq": {
              "type": "integer",
              "description": "The number of this message; each is larger than the one before."
            },
            "uri": {
              "type": "string",
              "description": "Which item.",
              "format": "at-uri"
            },
            "time": {
              "type": "string",
              "description": "When the service learned of it.",
              "format": "datetime"
            }
          }
        },
        "info": {
          "type": "object",
          "description": "Something to know about the stream itself.",
          "required": ["name"],
          "properties": {
            "name": {
              "type": "string",
              "description": "What it is about.",
              "knownValues": ["OutdatedCursor"],
              "maxLength": 256
            },
            "message": {
              "type": "string",
              "description": "The same for people.",
              "maxLength": 3000
            }
          }
        }
    """
  }

  private var permissionSet: String {
    """
        "main": {
          "type": "permission-set",
          "description": "What an app needs to show and to publish items.",
          "title": "Items",
          "detail": "See your items and publish new ones.",
          "permissions": [
            {
              "type": "permission",
              "resource": "repo",
              "collection": ["\(collection)"],
              "action": ["create", "update", "delete"]
            },
            {
              "type": "permission",
              "resource": "rpc",
              "lxm": ["\(method)"],
              "inheritAud": true
            }
          ]
        }
    """
  }
}
