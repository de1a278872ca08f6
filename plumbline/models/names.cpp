#include "plumbline/models/names.hpp"

namespace plumbline {

const char* name_of(Task task) {
  switch (task) {
    case Task::regression:
      return "regression";
    case Task::binary:
      return "binary";
    case Task::multiclass:
      return "multiclass";
    case Task::multilabel:
      return "multilabel";
  }
  return "";
}

const char* name_of(LossKind loss) {
  switch (loss) {
    case LossKind::squared:
      return "squared";
    case LossKind::absolute:
      return "absolute";
    case LossKind::quantile:
      return "quantile";
    case LossKind::huber:
      return "huber";
    case LossKind::gaussian:
      return "gaussian";
    case LossKind::logistic:
      return "logistic";
    case LossKind::softmax:
      return "softmax";
    case LossKind::hinge:
      return "hinge";
    case LossKind::squared_hinge:
      return "squared-hinge";
    case LossKind::focal:
      return "focal";
    case LossKind::brier:
      return "brier";
    case LossKind::squared_on_sigmoid:
      return "squared-on-sigmoid";
  }
  return "";
}

const char* name_of(Link link) {
  switch (link) {
    case Link::identity:
      return "identity";
    case Link::logit:
      return "logit";
    case Link::probit:
      return "probit";
    case Link::cloglog:
      return "cloglog";
    case Link::softmax:
      return "softmax";
  }
  return "";
}

const char* name_of(VarianceModel variance) { return variance == VarianceModel::constant ? "constant" : "linear"; }

const char* name_of(MissingPolicy policy) {
  switch (policy) {
    case MissingPolicy::impute:
      return "impute";
    case MissingPolicy::drop:
      return "drop";
    case MissingPolicy::error:
      return "error";
  }
  return "";
}

}  // namespace plumbline
