import ArgumentParser
import Lexicon
import LexiconCompiler

/// A new document: valid, with a description for everything.
struct Skeleton {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case record
    case query
    case procedure
    case subscription
    case permissionSet = "permission-set"
    case definitions = "defs"
  }

  var kind: Kind
  /// A valid NSID, which does not need escaping in JSON.
  var nsid: String
  /// The collection and the method that a permission set grants; both are in its own group, as the
  /// specification requires.
  var collection: String
  var method: String

  init(_ kind: Kind, _ nsid: String, collection: String = "item", method: String = "listItems") {
    self.kind = kind
    self.nsid = nsid
    let group = NSIDGroup(of: nsid).text
    self.collection = "\(group).\(collection)"
    self.method = "\(group).\(method)"
  }

  /// The path below a directory of lexicons, which spells the NSID.
  var path: String { nsid.split(separator: ".").joined(separator: "/") + ".json" }

  /// The document in the layout of `lexgen format`.
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
    case .definitions: shared
    }
  }

  private var record: String {
    """
        "main": {
          "type": "record",
          "description": "One item that an account publishes. Describe its purpose here.",
          "key": "tid",
          "record": {
            "type": "object",
            "required": ["text", "createdAt"],
            "properties": {
              "text": {
                "type": "string",
                "description": "The text of the item.",
                "minLength": 1,
                "maxLength": 3000,
                "maxGraphemes": 300
              },
              "createdAt": {
                "type": "string",
                "description": "Time of creation, from the author's clock.",
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
          "description": "List the items of an account, newest first.",
          "parameters": {
            "type": "params",
            "required": ["actor"],
            "properties": {
              "actor": {
                "type": "string",
                "description": "Account to list the items of.",
                "format": "at-identifier"
              },
              "limit": {
                "type": "integer",
                "description": "Maximum number of items per page.",
                "minimum": 1,
                "maximum": 100,
                "default": 50
              },
              "cursor": {
                "type": "string",
                "description": "Cursor of the previous page."
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
                  "description": "Cursor of the next page; absent on the last page."
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
          "description": "View of an item.",
          "required": ["uri", "text"],
          "properties": {
            "uri": {
              "type": "string",
              "description": "AT-URI of the record.",
              "format": "at-uri"
            },
            "text": {
              "type": "string",
              "description": "The text of the item.",
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
          "description": "Publish an item for the authenticated account. Requires a session.",
          "input": {
            "encoding": "application/json",
            "schema": {
              "type": "object",
              "required": ["text"],
              "properties": {
                "text": {
                  "type": "string",
                  "description": "Text of the item.",
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
                  "description": "AT-URI of the new record.",
                  "format": "at-uri"
                }
              }
            }
          },
          "errors": [
            { "name": "LimitReached", "description": "The account has reached the maximum number of items." }
          ]
        }
    """
  }

  private var subscription: String {
    """
        "main": {
          "type": "subscription",
          "description": "Stream changes to items.",
          "parameters": {
            "type": "params",
            "properties": {
              "cursor": {
                "type": "integer",
                "description": "Last known sequence number; resume after it."
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
          "description": "An item was created, updated, or deleted.",
          "required": ["seq", "uri", "time"],
          "properties": {
            "seq": {
              "type": "integer",
              "description": "Sequence number of the message; strictly increasing."
            },
            "uri": {
              "type": "string",
              "description": "AT-URI of the item.",
              "format": "at-uri"
            },
            "time": {
              "type": "string",
              "description": "Time when the service received the change.",
              "format": "datetime"
            }
          }
        },
        "info": {
          "type": "object",
          "description": "Information about the stream itself.",
          "required": ["name"],
          "properties": {
            "name": {
              "type": "string",
              "description": "Name of the condition.",
              "knownValues": ["OutdatedCursor"],
              "maxLength": 256
            },
            "message": {
              "type": "string",
              "description": "Human-readable message.",
              "maxLength": 3000
            }
          }
        }
    """
  }

  private var shared: String {
    """
        "itemView": {
          "type": "object",
          "description": "View of an item, shared by several methods.",
          "required": ["uri", "text"],
          "properties": {
            "uri": {
              "type": "string",
              "description": "AT-URI of the record.",
              "format": "at-uri"
            },
            "text": {
              "type": "string",
              "description": "The text of the item.",
              "maxLength": 3000,
              "maxGraphemes": 300
            },
            "state": { "type": "ref", "ref": "#itemState" }
          }
        },
        "itemState": {
          "type": "string",
          "description": "State of an item. New states may be added.",
          "knownValues": ["\(nsid)#archived"],
          "maxLength": 640
        },
        "archived": {
          "type": "token",
          "description": "State of an item that its author no longer shows."
        }
    """
  }

  private var permissionSet: String {
    """
        "main": {
          "type": "permission-set",
          "description": "Permissions of an app that shows and publishes items.",
          "title": "Items",
          "detail": "View your items and publish new ones.",
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
