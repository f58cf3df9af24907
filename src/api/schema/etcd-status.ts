import { list, object, oneOf, optional, quantity, text, time } from "./field.ts";

const id = (description: string) => text(description, { minLength: 1, maxLength: 16, pattern: "^[0-9a-f]+$" });

const memberName = (description: string) => text(description, { minLength: 1, maxLength: 63 });

/** How an etcd that Roost runs was found. */
export const etcdStatus = object(
  {
    clusterID: optional(id("Id of the etcd cluster in hexadecimal, as etcdctl prints it.")),
    leader: optional(memberName("The member that leads; absent while none does.")),
    members: optional(
      list(
        object(
          {
            name: memberName("Name of the member, which is its pod's."),
            id: optional(id("Its id in hexadecimal; another one after it had to join anew.")),
            state: oneOf(
              ["Voter", "Learner", "Away"],
              "`Voter`: it has all data and votes. `Learner`: it takes over the data of the others. `Away`: it does not answer.",
            ),
            databaseSize: optional(quantity("How large its database is, rounded; absent while it is away.")),
          },
          "A member.",
        ),
        "The members that there should be.",
        { maxItems: 9, listType: "map", listMapKeys: ["name"] },
      ),
    ),
    alarms: optional(
      list(oneOf(["NOSPACE", "CORRUPT"], "An alarm."), "Alarms of etcd: it takes no writes while there is one.", {
        maxItems: 2,
        listType: "set",
      }),
    ),
    databaseLimit: optional(quantity("How large a database may become before etcd takes no more writes.")),
    lastDefragmentation: optional(time("When a member last gave back what its database did not use.")),
  },
  "How the members of etcd were found. Absent where somebody else runs etcd.",
);
