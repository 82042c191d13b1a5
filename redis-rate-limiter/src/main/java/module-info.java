/** One limit for many processes, through Redis or Valkey. */
module dev.headway.redis {
    requires transitive dev.headway;
    requires transitive lettuce.core;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.headway.redis;
}
