/** Services are built with the graphql-js of production, which checks instances without looking for another copy of itself. First of all imports. */
process.env['NODE_ENV'] ??= 'production';
