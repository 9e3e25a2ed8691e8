/// The rules for the values of labels (guide "Labels").
public enum LabelValue {}
