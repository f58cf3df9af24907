// A condition is the same in every kind; the runtime of the controllers keeps its time.
export {
  type Condition,
  type ConditionUpdate,
  findCondition,
  isFalse,
  isTrue,
  removeCondition,
  setCondition,
} from "../kube/conditions.ts";
