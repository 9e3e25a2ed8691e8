/// What the people of realistic samples write.
enum Phrases {
  static let posts = [
    "First light over the harbor this morning. Worth getting up for.",
    "Finally finished the bookshelf. Only three screws left over.",
    "The library is open until nine again. See you there!",
    "Does anyone have a good recipe for rhubarb? We have far too much of it.",
    "Twelve kilometers along the river, and not a single cloud.",
    "I rewrote the parser over the weekend, and it is half as long now.",
    "Fresh bread, salted butter, nothing else. Perfect.",
    "The last train was late, so I read the whole book on the platform.",
    "Our community garden has room for two more people. Ask me!",
    "Saw a kingfisher at the old mill today.",
    "Slides of my talk are online. Thanks for all the questions.",
    "Rain all day. The tomatoes are happy, at least.",
    "That concert was even better than the record.",
    "Small release today: faster search and a lot of fixed typos.",
    "If you are in town on Saturday, come by the bicycle workshop.",
    "Learned to say good morning in four languages this week.",
  ]
  static let descriptions = [
    "Gardener, reader, and morning person.", "Writes about maps, trains, and old software.",
    "Photographs birds by the river.", "Notes from a small kitchen.",
    "Builds bicycles, and sometimes websites.", "Local news and long walks.",
    "Everything about soil, seeds, and patience.", "Mostly music, now and then mathematics.",
  ]
  static let titles = [
    "Morning Walks", "Slow Cooking", "Rivers and Bridges", "Field Notes", "Night Trains",
    "Garden Diary", "Old Maps", "Birds of the Coast", "Weekend Projects", "Reading List",
  ]
  static let words = [
    "garden", "river", "music", "bicycle", "kitchen", "library", "harbor", "winter", "forest",
    "coffee", "market", "bridge", "lantern", "meadow", "station", "window",
  ]
  static let alternatives = [
    "A wooden boat at a pier, in fog.", "Three loaves of bread on a wooden table.",
    "A red bicycle in front of a brick wall.", "A heron standing in shallow water.",
  ]
}
